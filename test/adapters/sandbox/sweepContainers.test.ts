import Docker from "dockerode";
import { hostname } from "node:os";
import { describe, expect, it } from "vitest";
import { LABELS } from "../../../src/adapters/sandbox/dockerTask.ts";
import { containerOwner, sweepContainers } from "../../../src/adapters/sandbox/sweepContainers.ts";
import { hasPodman, startPodman } from "./podmanEngine.ts";

describe.runIf(hasPodman)("containers that a killed process left", () => {
  it("are removed, and no others", async () => {
    const engine = await startPodman();
    const docker = new Docker({ socketPath: engine.host.slice("unix://".length) });
    const soon = String(Date.now() + 60_000);
    const all: Readonly<Record<string, Readonly<Record<string, string>>>> = {
      own: { [LABELS.owner]: containerOwner(), [LABELS.until]: soon },
      dead: { [LABELS.owner]: `${hostname()}/${process.pid}/1`, [LABELS.until]: soon },
      elsewhere: { [LABELS.owner]: "other/1/1", [LABELS.until]: soon },
      forgotten: { [LABELS.owner]: "other/1/1", [LABELS.until]: "1000" },
      stranger: {},
    };
    for (const [name, labels] of Object.entries(all))
      await docker.createContainer({ name, Image: engine.image, Cmd: ["true"], Labels: { ...labels } });

    await sweepContainers(docker, new Date());

    expect((await engine.containers()).toSorted()).toEqual(["elsewhere", "own", "stranger"]);
    await engine.stop();
  });
});
