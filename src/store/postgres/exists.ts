import { lstat } from "node:fs/promises";
import { hasCode } from "./errorCode.ts";

/** Whether something of that name is there, be it a link to nowhere. Throws where that cannot be seen. */
export async function exists(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (cause) {
    if (hasCode(cause, ["ENOENT"])) return false;
    throw cause;
  }
}
