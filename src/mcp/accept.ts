/**
 * What a client accepts, and what it is answered. The protocol wants both JSON and an event stream in `Accept`, and its
 * library refuses everything else; a client that accepts one of them in any spelling (RFC 9110 section 12.5.1) is
 * understood here.
 */
import { sessionHeader } from "../terms/session-header.ts";
import { jsonRpcError } from "../terms/json-rpc.ts";

const json = "application/json";
const stream = "text/event-stream";

/**
 * @param answer serves a request that accepts both
 * @returns its answer, as JSON if the client accepts only that
 */
export async function accepting(
  request: Request,
  answer: (request: Request) => Promise<Response>,
): Promise<Response> {
  const header = request.headers.get("accept");
  const [takesJson, takesStream] = [accepts(header, json), accepts(header, stream)];
  if (!takesJson && !takesStream)
    return jsonRpcError(406, `This endpoint answers in ${json} or ${stream}; Accept names neither.`);
  const both = new Request(request);
  both.headers.set("accept", `${json}, ${stream}`);
  const response = await answer(both);
  // A web page may read the session that it has to name from then on.
  if (response.headers.has(sessionHeader))
    response.headers.append("access-control-expose-headers", sessionHeader);
  return takesStream ? response : asJson(response);
}

/** @param header an `Accept`; null and empty accept everything. The most specific range decides. */
export function accepts(header: string | null, type: string): boolean {
  if (header === null || header.trim() === "") return true;
  const fitting = header.split(",").flatMap((range) => {
    const [name = "", ...parameters] = range.split(";").map((part) => part.trim().toLowerCase());
    const rank = [`*/*`, `${type.split("/")[0]}/*`, type].indexOf(name);
    const weight = parameters.find((one) => one.startsWith("q="))?.slice(2);
    return rank < 0 ? [] : [{ rank, weight: weight === undefined ? 1 : Number(weight) }];
  });
  const best = fitting.toSorted((one, other) => other.rank - one.rank)[0];
  return best !== undefined && best.weight > 0;
}

/** Of a stream, the answer: the one message that has an outcome. What went before it, such as progress, is left out. */
async function asJson(response: Response): Promise<Response> {
  if (!response.headers.get("content-type")?.startsWith(stream)) return response;
  const events = (await response.text()).split(/\r?\n\r?\n/);
  const messages = events.flatMap((event) => {
    const lines = event.split(/\r?\n/).filter((line) => line.startsWith("data:"));
    const data = lines.map((line) => line.slice("data:".length).trim()).join("\n");
    return data === "" ? [] : [data];
  });
  const outcome = messages.findLast((text) => hasOutcome(JSON.parse(text)));
  const headers = new Headers(response.headers);
  headers.set("content-type", json);
  const { status } = response;
  return outcome === undefined
    ? jsonRpcError(406, `This call can only be answered in ${stream}.`)
    : new Response(outcome, { status, headers });
}

function hasOutcome(message: unknown): boolean {
  return typeof message === "object" && message !== null && ("result" in message || "error" in message);
}
