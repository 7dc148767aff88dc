/** What a client writes on standard input, with no member that is null: the library's transport drops such messages. */
import { StringDecoder } from "node:string_decoder";
import { Transform } from "node:stream";
import { withoutNulls } from "../../mcp/absent-members.ts";

/** @returns passes on whole lines, and at the end what is left */
export function meantLines(): Transform {
  const decoder = new StringDecoder("utf8");
  let rest = "";
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      const lines = (rest + decoder.write(chunk)).split("\n");
      rest = lines.pop() ?? "";
      done(null, lines.map((line) => `${withoutNulls(line)}\n`).join("") || undefined);
    },
    flush: (done) => done(null, withoutNulls(rest + decoder.end()) || undefined),
  });
}
