import { openSandbox, SandboxUnavailable } from "../../src/adapters/sandbox/openSandbox.ts";

/** How the demo's agents will run. `lines` say why there is no sandbox, and what to do about it. */
export type SandboxChoice =
  { readonly wish: "bubblewrap" } | { readonly wish: "none"; readonly lines: readonly string[] };

/**
 * Bubblewrap where it works. Where it does not, the demo goes on without: its agents are scripted and part of this very
 * checkout. Autopack itself refuses to start then.
 */
export async function chooseSandbox(options: { readonly bwrapPath?: string } = {}): Promise<SandboxChoice> {
  try {
    await openSandbox(options);
    return { wish: "bubblewrap" };
  } catch (error) {
    if (!(error instanceof SandboxUnavailable)) throw error;
    const [reason = "", advice = ""] = error.message.split("\n");
    return {
      wish: "none",
      lines: [
        "WARNING: the agents of this demo run UNSANDBOXED, with all your rights.",
        "They are scripted and come with Autopack; anybody else's would be another matter.",
        reason,
        advice.replace(/^\s*- /, ""),
        "`autopack start` refuses to run like this, unless AUTOPACK_SANDBOX=none is set.",
      ].filter((line) => line !== ""),
    };
  }
}
