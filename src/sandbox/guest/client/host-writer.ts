/** The writer of an isolate that has none of its own: it hands each call to the host, and gets the request. */
import { isBinary } from "../../../terms/binary.ts";
import { budgets } from "../../../terms/budgets.ts";
import type { HostWriting } from "../contract.ts";
import { pack } from "./packed.ts";
import type { Asked, Writer, Written } from "./writer.ts";

/** What one RPC call may carry, less what stands around it. The runtime's limit is 32 MiB. */
const maxCarried = 31 * 1024 * 1024;

/** No API of a run that asks the host takes more: see `writesAtHost`. */
const tooLarge: Written = {
  failure: { kind: "limit-reached", limit: "bytesUp", value: budgets.bytesUp.value, unit: "bytes sent" },
};

/** @param host the way to the host's writer (src/sandbox/writer.ts) */
export function hostWriter(host: HostWriting, api: string): Writer {
  return {
    async write(asked: Asked): Promise<Written> {
      const body = (asked.args as { body?: unknown } | null | undefined)?.body;
      const whole = isBinary(body) ? body : undefined;
      const packed = await pack(asked, whole).catch(async (error: unknown) => {
        if (error instanceof TypeError) return pack({ ...asked, args: undefined, problem: error.message });
        throw error;
      });
      const size = packed.bytes.reduce((sum, bytes) => sum + bytes.byteLength, packed.text.length);
      if (size > maxCarried) return tooLarge;
      const written = await host.write(api, packed);
      if (written.failure) return written;
      const { url, method, headers, operation } = written;
      const sent = written.body === "whole" ? { body: whole } : written.body;
      return { url, init: { method, headers, ...(sent as { body?: BodyInit }) }, operation };
    },
    collectionOf: async (path) => host.collectionOf(api, path),
  };
}
