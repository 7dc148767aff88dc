/** Secrets and settings that are not in wrangler.jsonc because they differ by deployment. */
interface Env {
  /** Guards the upload of catalogs (src/deployment/admin.ts). */
  ADMIN_TOKEN?: string;
  /** Origin that clients use, if it is not the one of the request. */
  PUBLIC_URL?: string;
  /** `true` where a supervisor watches this process (src/gateway/record/trace.ts). */
  SUPERVISED?: string;
}
