/**
 * A call becomes a request: its operation is found, its arguments are judged, and its URL, headers and body are written in
 * the way the document says. Runs where the document is open: on the host, whose code is warm (src/sandbox/writer.ts), and
 * in isolates whose code cannot wait for the host.
 */
import type { ClientConfig } from "../../../terms/client-config.ts";
import type { Failure, FailureOf } from "../../../terms/failure.ts";
import { bodyKindOf } from "../../../terms/body-kind.ts";
import { once } from "../../../terms/once.ts";
import { argumentProblems, expectationOf } from "../../../request/arguments.ts";
import { lift } from "../../../request/known.ts";
import { membersInside, sentenceOf, severityOf, type Problem } from "../../../request/problem.ts";
import { pageOfHeader } from "../../../request/refusal.ts";
import type { OpenedCatalog } from "../../../spec/catalog.ts";
import { parametersOf, signedPlaces } from "../../../spec/read/required.ts";
import { settled, type CallArguments } from "./arguments.ts";
import { ApiError } from "./errors.ts";
import { resolverOf, type Resolved } from "./operations.ts";
import { buildRequest, initOf } from "./request.ts";
import type { Asked, Operation, Writer, Written } from "./writer.ts";

export type LocalWriter = ReturnType<typeof writerOf>;

interface WritingOptions {
  /** How an operation is called, where the document does not know by which name the code calls it. */
  signature?: OpenedCatalog["signature"];
}

type WrittenHere =
  (Extract<Written, { url: string }> & { operation: Operation }) | Extract<Written, { failure: Failure }>;

export function writerOf(catalog: OpenedCatalog, config: ClientConfig, options: WritingOptions = {}) {
  const { signature: signatureOf = catalog.signature } = options;
  const operations = resolverOf(catalog, config);
  const signed = once(() => signedPlaces(catalog.spec, config.signed));

  const contextOf = ({ object, operation }: Resolved, account: string | undefined) => ({
    catalog,
    config,
    parameters: parametersOf(object, operation.path),
    account,
  });
  const methodOf = ({ operation }: Resolved) => operation.method.toUpperCase();

  /** @throws ApiError where there is no such operation */
  const resolve = ({ method, target }: Pick<Asked, "method" | "target">): Resolved =>
    method === undefined ? operations.byId(target) : operations.byPath(method, target);

  async function written(asked: Asked): Promise<WrittenHere> {
    const resolved = resolve(asked);
    const { operation } = resolved;
    const method = asked.method?.toUpperCase() ?? methodOf(resolved);
    const refused = (
      problems: string[],
      mayInsist = false,
      inside: readonly string[] = [],
    ): { failure: FailureOf<"bad-arguments"> } => {
      const signature = signatureOf(operation, inside);
      const failure = { kind: "bad-arguments", operation: operation.id, problems, signature } as const;
      return { failure: mayInsist ? { ...failure, passable: true } : failure };
    };
    if (asked.problem !== undefined) return refused([asked.problem]);
    const args = settled(asked.args === undefined ? {} : (asked.args as CallArguments));
    const wanted = { ...expectationOf(catalog, config, resolved), method, signed: signed() };
    const problems = argumentProblems(lift(args), wanted);
    const { certain, doubts } = stopping(problems, config.passes, asked.hasSent);
    const doubtful = asked.passes === true ? [] : doubts;
    if (certain.length + doubtful.length > 0)
      return refused(
        [...certain, ...doubtful].map(sentenceOf),
        certain.length === 0,
        membersInside([...certain, ...doubtful]),
      );
    await asked.turn?.();
    try {
      const { url, init } = await buildRequest(method, resolved, args, contextOf(resolved, asked.account));
      const { id, path, access } = operation;
      return { url, init, operation: { id, path, access } };
    } catch (error) {
      // What a value cannot be written as is told by the place that writes it.
      if (error instanceof TypeError) return refused([error.message]);
      throw error;
    }
  }

  return {
    resolve,
    settled,
    bodyKindOf,
    async write(asked: Asked): Promise<WrittenHere> {
      try {
        return await written(asked);
      } catch (error) {
        if (error instanceof ApiError) return { failure: error.failure };
        throw error;
      }
    },
    /** Path of the list that a resource stands in, if the document has it: `/zones/{id}/settings` in `/zones`. */
    collectionOf(path: string): string | undefined {
      const above = path.slice(0, Math.max(0, path.lastIndexOf("/{")));
      return catalog.operations.find((operation) => operation.method === "get" && operation.path === above)
        ?.path;
    },
    /** What a request for another page of a list has beside its address. */
    async following(resolved: Resolved, given: CallArguments, account: string | undefined) {
      const init = await initOf(methodOf(resolved), resolved, given, contextOf(resolved, account));
      const headers = new Headers(init.headers);
      headers.set(pageOfHeader, encodeURIComponent(resolved.operation.id));
      return { ...init, headers };
    },
  } satisfies Writer & Record<string, unknown>;
}

/**
 * What stops the call. That a member is not listed stops it only while nothing has been sent: then nothing is lost by
 * sending the same code again, which passes.
 */
function stopping(problems: readonly Problem[], passes: ClientConfig["passes"], hasSent: boolean) {
  const strict = passes !== "everything";
  const isDoubted = strict && passes !== "unknown-members" && !hasSent;
  const of = (severity: string) => problems.filter((problem) => severityOf(problem) === severity);
  return {
    certain: [...of("never"), ...(strict ? of("refuse") : [])],
    doubts: isDoubted ? of("once") : [],
  };
}
