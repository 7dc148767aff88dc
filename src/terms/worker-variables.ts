/**
 * Variables that the Worker reads besides the settings of the login (src/auth/settings.ts). `Env` has them all
 * (src/env.d.ts), and no API file may use one as the name of a secret (src/cli/reserved-names.ts).
 */
export const workerVariables = [
  /** Guards the upload of catalogs (src/deployment/admin.ts). */
  "ADMIN_TOKEN",
  /** Origin that clients use, if it is not the one of the request. */
  "PUBLIC_URL",
  /** `true` where a supervisor watches this process (src/gateway/run/trace.ts). */
  "SUPERVISED",
] as const;
