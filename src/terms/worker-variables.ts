/**
 * Variables that the Worker reads besides the settings of the login (src/auth/settings.ts). `Env` has them all
 * (src/env.d.ts), and no API file may use one as the name of a secret (src/cli/reserved-names.ts).
 */
export const workerVariables = [
  /** Guards the upload of catalogs (src/deployment/admin.ts). */
  "ADMIN_TOKEN",
  /** Origin that clients use, if it is not the one of the request. */
  "PUBLIC_URL",
  /** Where requests to the outside are sent to, for a local server behind a proxy (src/cli/server/relay.ts). */
  "RELAY",
  /** `true` to log the stages of each call (src/terms/stages.ts). */
  "STAGES",
  /** `true` for a server that its clients start by a command (src/cli/stdio): there is no login. */
  "STARTED_BY_CLIENTS",
  /** `true` where a supervisor watches this process (src/gateway/run/trace.ts). */
  "SUPERVISED",
] as const;

/** The header in which the Worker tells the relay where a request goes. */
export const relayTarget = "isogate-target";
