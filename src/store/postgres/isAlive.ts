import { hasCode } from "./errorCode.ts";

/** Whether a process has this number, ours or anybody's. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (cause) {
    return hasCode(cause, ["EPERM"]);
  }
}
