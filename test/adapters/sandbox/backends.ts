import { openSandbox } from "../../../src/adapters/sandbox/openSandbox.ts";
import type { OpenedSandbox } from "../../../src/adapters/sandbox/openedSandbox.ts";
import { hasPodman, startPodman } from "./podmanEngine.ts";

/** A sandbox as a suite opens it, with whatever has to run for it. */
export interface OpenBackend {
  readonly sandbox: OpenedSandbox;
  /** Arguments of `openSandbox` for another process. */
  readonly wish: unknown;
  close(): Promise<void>;
}

export interface Backend {
  readonly name: string;
  readonly isolation: "bubblewrap" | "docker" | "unsandboxed";
  open(): Promise<OpenBackend>;
}

function backend(name: string, isolation: Backend["isolation"], wish: Parameters<typeof openSandbox>[0]): Backend {
  const open = async () => ({ sandbox: await openSandbox(wish), wish, close: async () => {} });
  return { name, isolation, open };
}

export const BUBBLEWRAP = backend("bubblewrap", "bubblewrap", {});
export const UNLIMITED_BUBBLEWRAP = backend("bubblewrap without control groups", "bubblewrap", { controlGroups: null });
export const UNSANDBOXED = backend("unsandboxed", "unsandboxed", { wish: "none" });
export const UNLIMITED_UNSANDBOXED = backend("unsandboxed without control groups", "unsandboxed", {
  wish: "none",
  controlGroups: null,
});

const PODMAN: Backend = {
  name: "docker, by podman",
  isolation: "docker",
  open: async () => {
    const engine = await startPodman();
    try {
      const wish = { wish: "docker", docker: { host: engine.host, image: engine.image } } as const;
      return { sandbox: await openSandbox(wish), wish, close: engine.stop };
    } catch (error) {
      await engine.stop();
      throw error;
    }
  },
};

/** Empty where there is no engine to test against, see `hasPodman`. */
export const DOCKER: readonly Backend[] = hasPodman ? [PODMAN] : [];
