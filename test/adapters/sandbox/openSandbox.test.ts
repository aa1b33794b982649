import { chmod, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { EnvironmentFailure } from "../../../src/domain/failure.ts";
import { openSandbox, SandboxUnavailable, UNSANDBOXED_WARNING } from "../../../src/adapters/sandbox/openSandbox.ts";
import { probeSandbox } from "../../../src/adapters/sandbox/probeSandbox.ts";
import { sandboxAdvice } from "../../../src/adapters/sandbox/sandboxAdvice.ts";
import type { SandboxFacts } from "../../../src/adapters/sandbox/sandboxAdvice.ts";
import type { Sandbox } from "../../../src/ports/sandbox.ts";
import { sandboxRoom } from "./sandboxRoom.ts";
import type { SandboxRoom } from "./sandboxRoom.ts";

let room: SandboxRoom;
beforeEach(async () => {
  room = await sandboxRoom();
});
afterEach(() => room.dispose());

async function fakeBwrap(script: string): Promise<string> {
  const path = join(room.folder, "bwrap");
  await writeFile(path, `#!/bin/sh\n${script}\n`);
  await chmod(path, 0o755);
  return path;
}

describe("openSandbox", () => {
  it("opens bubblewrap unless told otherwise", async () => {
    expect((await openSandbox()).isolation).toBe("bubblewrap");
    expect((await openSandbox({ wish: undefined })).isolation).toBe("bubblewrap");
    expect((await openSandbox({ wish: "none" })).isolation).toBe("unsandboxed");
    expect(UNSANDBOXED_WARNING).toContain("WITHOUT A SANDBOX");
  });

  it("refuses where bubblewrap is missing, and says what to install", async () => {
    const opening = openSandbox({ bwrapPath: join(room.folder, "no-bwrap") });

    await expect(opening).rejects.toThrow(SandboxUnavailable);
    await expect(opening).rejects.toThrow(/apt-get install bubblewrap.*dnf install bubblewrap/s);
    await expect(opening).rejects.toThrow(/AUTOPACK_SANDBOX=none/);
    await expect(opening).rejects.toMatchObject({ retry: "never" });
  });

  it("refuses where bubblewrap cannot set up a sandbox, and repeats what it said", async () => {
    const bwrapPath = await fakeBwrap(
      '[ "$1" = --help ] || echo "bwrap: setting up uid map: Permission denied" >&2; exit 1',
    );

    await expect(openSandbox({ bwrapPath })).rejects.toThrow(SandboxUnavailable);
  });

  it("refuses where bubblewrap pretends to work", async () => {
    const bwrapPath = await fakeBwrap('[ "$1" = --help ] && exit 0; echo "bwrap: no uid map" >&2; exit 0');

    await expect(openSandbox({ bwrapPath })).rejects.toThrow(/no uid map.*AUTOPACK_SANDBOX=none/s);
  });

  it.each([
    [
      { host: "unix:///nowhere/docker.sock", image: "debian" },
      /Docker sandbox does not work here.*AUTOPACK_DOCKER_HOST/s,
    ],
    [{ host: "unix:///nowhere/docker.sock" }, /no image is named; set AUTOPACK_SANDBOX_IMAGE/],
  ])("refuses a container engine that does not serve: %o", async (docker, message) => {
    const opening = openSandbox({ wish: "docker", docker });

    await expect(opening).rejects.toThrow(SandboxUnavailable);
    await expect(opening).rejects.toThrow(message);
  });

  it("shows tasks what the operator names, read-only, at the same path", async () => {
    const tools = join(room.folder, "tools");
    await mkdir(tools);
    await writeFile(join(tools, "agent"), "#!/bin/sh\necho agent\n", { mode: 0o755 });
    const sandbox = await openSandbox({ readable: [tools] });

    const { output } = await room.run(sandbox, `${tools}/agent; echo x > ${tools}/agent || echo refused`);

    expect(output).toMatch(/^agent\n.*refused\n$/s);
  });

  it("tells a sandbox that could not be set up from a program that failed", async () => {
    const sandbox = await openSandbox();

    const running = room.run(sandbox, "true", { readable: [join(room.folder, "missing")] });

    await expect(running).rejects.toThrow(EnvironmentFailure);
    await expect(running).rejects.toThrow(/setting up the sandbox failed: bwrap: .*missing/);
  });

  it("does not cover its own places with readable ones", async () => {
    const sandbox = await openSandbox();

    await expect(room.run(sandbox, "true", { readable: ["/sandbox/work/x"] })).rejects.toThrow(/sandbox's own/);
  });
});

describe("probeSandbox", () => {
  it("refuses a sandbox whose first process shows another environment", async () => {
    const leaking: Sandbox = {
      isolation: "bubblewrap",
      run: async (_task, watch) => {
        watch.onOutput("v24.0.0\nPATH=/bin\nWEBHOOK_SECRET=s3cret\n");
        return { kind: "exited", code: 0 };
      },
      inside: ({ checkout, exchange }) => ({ checkout: checkout.path, exchange }),
      bridgePort: () => Promise.resolve(8400),
    };

    await expect(probeSandbox(leaking)).rejects.toThrow(/variables of the host: WEBHOOK_SECRET$/);
  });
});

describe("sandboxAdvice", () => {
  const facts: SandboxFacts = {
    installed: true,
    apparmorRestricts: null,
    usernsClone: null,
    maxUserns: "100000",
    inContainer: false,
    root: false,
  };

  it.each([
    [{ installed: false }, "apt-get install bubblewrap"],
    [{ apparmorRestricts: "1" }, "kernel.apparmor_restrict_unprivileged_userns=0"],
    [{ usernsClone: "0" }, "kernel.unprivileged_userns_clone=1"],
    [{ maxUserns: "0" }, "user.max_user_namespaces"],
    [{ inContainer: true }, "systempaths=unconfined"],
    [{}, "namespaces"],
  ])("%o", (differing, advice) => {
    expect(sandboxAdvice({ ...facts, ...differing }).join("\n")).toContain(advice);
  });

  it("does not send root after settings that bind ordinary users only", () => {
    const advice = sandboxAdvice({ ...facts, root: true, apparmorRestricts: "1", usernsClone: "0" });

    expect(advice.join("\n")).not.toContain("sysctl");
  });
});
