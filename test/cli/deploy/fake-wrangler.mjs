/**
 * Stands in for wrangler: records every call and answers as wrangler's own sources write it. The account that it
 * plays is a file, so that it remembers from call to call.
 */
import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";

const { FAKE_ACCOUNT: accountFile, FAKE_CALLS: callsFile, FAKE_URL: url } = process.env;
const args = process.argv.slice(2);
const stdin = readFileSync(0, "utf8");
appendFileSync(callsFile, `${JSON.stringify({ args, stdin })}\n`);

const account = existsSync(accountFile)
  ? JSON.parse(readFileSync(accountFile, "utf8"))
  : { loggedIn: true, kv: [], buckets: [], secrets: {}, objects: {} };
const flag = (name) => args.find((arg) => arg.startsWith(`--${name}=`))?.slice(name.length + 3);
const fail = (message) => {
  console.error(`✘ [ERROR] ${message}`);
  process.exit(1);
};

const command = args.filter((arg) => !arg.startsWith("-")).join(" ");
if (!account.loggedIn && !args.includes("--dry-run")) fail("You are not authenticated.");
if (command === "whoami") console.log(JSON.stringify({ loggedIn: true, accounts: [{ id: "1" }] }));
else if (command === "kv namespace list") console.log(JSON.stringify(account.kv));
else if (command.startsWith("kv namespace create ")) {
  account.kv.push({ id: `id-of-${args[3]}`, title: args[3] });
  console.log(`🌀 Creating namespace with title "${args[3]}"\n✨ Success!`);
} else if (command.startsWith("r2 bucket info ")) {
  if (!account.buckets.includes(args[3])) fail("The specified bucket does not exist. [code: 10006]");
  console.log(JSON.stringify({ name: args[3] }));
} else if (command.startsWith("r2 bucket create ")) account.buckets.push(args[3]);
else if (command === "secret list") {
  if (!account.deployed && Object.keys(account.secrets).length === 0) fail('Worker "edge" not found.');
  console.log(JSON.stringify(Object.keys(account.secrets).map((name) => ({ name, type: "secret_text" }))));
} else if (command === "secret bulk") Object.assign(account.secrets, JSON.parse(stdin));
else if (command.startsWith("r2 object put ")) {
  if (account.refuseUploads) fail("Internal error. [code: 10001]");
  account.objects[args[3]] = readFileSync(flag("file")).length;
} else if (command === "deploy" && args.includes("--dry-run")) readFileSync(flag("config"));
else if (command === "deploy") {
  account.deployed = JSON.parse(readFileSync(flag("config"), "utf8"));
  appendFileSync(
    process.env.WRANGLER_OUTPUT_FILE_PATH,
    `${JSON.stringify({ type: "deploy", version: 1, version_id: "v-1", targets: [url, "schedule: 17 3 * * *"] })}\n`,
  );
} else fail(`Unknown arguments: ${command}`);
writeFileSync(accountFile, JSON.stringify(account));
