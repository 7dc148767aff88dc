/** Tells the user's ledger which accounts a connection holds, once per isolate and change: the playground uses them. */
import { BoundedMap } from "../terms/bounded-map.ts";
import type { ToolContext } from "./tools/tool.ts";

const told = new BoundedMap<string, string>(1_000);

/** Returns at once; that it fails costs nobody anything but the playground. */
export function rememberAccounts({ env, ctx, caller }: ToolContext): void {
  const { userId, clientId, accounts } = caller;
  if (!accounts || Object.keys(accounts).length === 0) return;
  const [key, value] = [JSON.stringify([userId, clientId]), JSON.stringify(accounts)];
  if (told.get(key) === value) return;
  told.set(key, value);
  ctx.waitUntil(
    env.LEDGER.getByName(userId)
      .keepAccounts(clientId, accounts)
      .catch(() => void told.delete(key)),
  );
}
