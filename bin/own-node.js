/**
 * A Node that is new enough, where the one that starts isogate is not. A clone's comes with `npm ci`. A package brings none,
 * because npm would put it before the host's own on the path of every script: it is fetched from npm once, where it is
 * needed, and found by its path.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { homedir } from "node:os";
import { dirname, isAbsolute, join } from "node:path";

const require = createRequire(import.meta.url);
const platform = `${process.platform}-${process.arch}`.replace("win32", "win");
const program = process.platform === "win32" ? "node.exe" : "node";

/**
 * @param {string} wanted why another Node is needed, in a sentence
 * @param {boolean} mayFetch whether it may be fetched and kept
 * @returns {string} its path
 * @throws Error if there is none, without advice
 */
export function ownNode(wanted, mayFetch = true) {
  for (const name of [`node-${platform}`, `node-bin-${platform}`]) {
    try {
      return join(dirname(require.resolve(`${name}/package.json`)), "bin", program);
    } catch {
      continue;
    }
  }
  const { ownNodes } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
  const [name, version] = Object.entries(ownNodes ?? {}).find(([each]) => each.endsWith(platform)) ?? [];
  if (name === undefined) throw new Error(`No other came with it for ${platform}.`);
  const folders = cacheFolders().map((folder) => join(folder, `node-${version}`));
  const there = folders.find((folder) => existsSync(join(folder, program)));
  if (there !== undefined) return join(there, program);
  const wantedPackage = `${name}@${version}`;
  if (!mayFetch) throw new Error(`A start fetches ${wantedPackage} from npm, once, into ${folders[0]}.`);
  const folder = folders.find(canBeMade) ?? folders[0];
  fetchNode(wantedPackage, folder, wanted);
  return join(folder, program);
}

/**
 * What is there can be fetched again. One place for each user, whatever state they serve; where a user has no folder that
 * can be written, as in containers, the one of the state.
 */
function cacheFolders() {
  const { ISOGATE_HOME, XDG_CACHE_HOME } = process.env;
  // A relative path counts as not set (XDG Base Directory Specification).
  const own = XDG_CACHE_HOME && isAbsolute(XDG_CACHE_HOME) ? XDG_CACHE_HOME : join(home(), ".cache");
  return [join(own, "isogate"), ...(ISOGATE_HOME ? [ISOGATE_HOME] : [])];
}

function home() {
  try {
    return homedir();
  } catch {
    // A user whom the system does not know.
    return "/nonexistent";
  }
}

/** Node's own `recursive` never returns where the system says that a folder that is there is not, as below /proc. */
function makeFolder(folder) {
  try {
    mkdirSync(folder);
  } catch (error) {
    if (error.code === "EEXIST") return;
    if (error.code !== "ENOENT" || existsSync(dirname(folder))) throw error;
    makeFolder(dirname(folder));
    mkdirSync(folder);
  }
}

function canBeMade(folder) {
  try {
    makeFolder(folder);
    return true;
  } catch {
    return false;
  }
}

function fetchNode(wantedPackage, folder, wanted) {
  // Standard output belongs to the client, which may speak MCP there.
  console.error(`${wanted} Fetching ${wantedPackage} from npm, once, into ${folder}.`);
  makeFolder(folder);
  const made = mkdtempSync(join(folder, "new-"));
  try {
    // Under npx this is the npm that runs it.
    const { npm_execpath: npm = "" } = process.env;
    const [command, ...first] = npm.endsWith(".js") ? [process.execPath, npm] : ["npm"];
    run(
      command,
      [
        ...first,
        "pack",
        "--loglevel=error",
        "--fetch-retries=1",
        "--fetch-retry-mintimeout=1000",
        wantedPackage,
      ],
      made,
    );
    const [tarball = ""] = readdirSync(made);
    // The rest are headers in C++: as much again, in thousands of files.
    run("tar", ["-xzf", tarball, `package/bin/${program}`], made);
    // Whole from the moment that it has its name. Another start may have been earlier, with the same.
    renameSync(join(made, "package/bin", program), join(folder, program));
  } finally {
    rmSync(made, { recursive: true, force: true });
  }
}

function run(command, args, folder) {
  const { status, error, stderr } = spawnSync(command, args, {
    cwd: folder,
    encoding: "utf8",
    shell: process.platform === "win32" && command === "npm",
  });
  if (error?.code === "ENOENT") throw new Error(`${command}, which would bring it, is not on the path.`);
  if (status !== 0) throw new Error(`${command} did not bring it: ${error?.message ?? firstLine(stderr)}.`);
}

/** npm begins with the code of its error; advice that may not fit comes last. */
function firstLine(text) {
  const line = text.split("\n").find((each) => each.trim() !== "") ?? "it said nothing";
  return line.replace(/^npm (error|ERR!) /, "").replace(/\.$/, "");
}
