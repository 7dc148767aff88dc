export { Gateway } from "./gateway/gateway.ts";
export { Ledger } from "./store/ledger.ts";
export default { fetch: () => new Response("isogate") } satisfies ExportedHandler<Env>;
