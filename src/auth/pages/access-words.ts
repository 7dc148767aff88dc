/** The kinds of access as people read them. */
import type { Access } from "../../terms/api-file.ts";

export const accessWords: Record<Access, { label: string; kind: string }> = {
  read: { label: "Read", kind: "reading" },
  write: { label: "Write", kind: "writing" },
  delete: { label: "Delete", kind: "deleting" },
};
