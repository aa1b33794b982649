import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { CliBackend } from "../../../src/adapters/agents/cliBackend.ts";
import { codex } from "../../../src/adapters/agents/codex.ts";
import { installedAgents } from "../../../src/adapters/agents/installedAgents.ts";
import { npmInstall } from "../../../src/adapters/agents/npmInstall.ts";

const BACKEND: CliBackend = { ...codex, npm: { name: "@scope/agent", version: "1.2.3", bin: "agent" } };

let dataDir: string;
let fetched: number;

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), "autopack-test-"));
  fetched = 0;
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

/** What npm leaves behind. */
async function fetchPackage(npm: CliBackend["npm"], folder: string): Promise<void> {
  fetched += 1;
  const place = join(folder, "node_modules", npm.name);
  await mkdir(place, { recursive: true });
  await writeFile(
    join(place, "package.json"),
    JSON.stringify({ version: npm.version, bin: { agent: "bin/agent.js" } }),
  );
  await mkdir(join(place, "bin"));
  await writeFile(join(place, "bin", "agent.js"), "");
  const packages = { "node_modules/@scope/agent": { version: npm.version, integrity: "sha512-x" } };
  await writeFile(join(folder, "node_modules", ".package-lock.json"), JSON.stringify({ packages }));
}

const folder = () => join(dataDir, "agents", "codex", "1.2.3");

describe("installedAgents", () => {
  it("installs when a program is first needed, and once", async () => {
    const programs = installedAgents(dataDir, fetchPackage);
    const expected = {
      program: join(folder(), "node_modules/@scope/agent/bin/agent.js"),
      folder: folder(),
      version: "1.2.3",
    };

    expect(await programs.find(BACKEND)).toBeNull();
    expect(await Promise.all([programs.locate(BACKEND), programs.locate(BACKEND)])).toEqual([expected, expected]);
    expect(await programs.locate(BACKEND)).toEqual(expected);
    expect(fetched).toBe(1);
    expect(readdirSync(join(dataDir, "agents", "codex"))).toEqual(["1.2.3"]);
  });

  it("downloads once when two processes need it at one time", async () => {
    const steps: string[] = [];
    const install = async () => installedAgents(dataDir, fetchPackage).install(BACKEND, (step) => steps.push(step));
    await Promise.all([install(), install()]);

    expect(fetched).toBe(1);
    expect(steps.toSorted()).toEqual(["already_installed", "downloading", "installed", "waiting", "waiting"]);
  });

  it("goes on where a killed installer left off", async () => {
    mkdirSync(join(dataDir, "agents", "codex", ".partial-abc", "node_modules"), { recursive: true });
    const lock = join(dataDir, "agents", "codex", "1.2.3.lock");
    writeFileSync(lock, "");
    utimesSync(lock, 1, 1);
    // Whole but for its marker, as no rename of ours leaves it.
    mkdirSync(join(folder(), "node_modules"), { recursive: true });

    await installedAgents(dataDir, fetchPackage).install(BACKEND);
    expect(readdirSync(join(dataDir, "agents", "codex"))).toEqual(["1.2.3"]);
  });

  it("leaves nothing behind when the download fails, and tries again when asked again", async () => {
    let fails = true;
    const programs = installedAgents(dataDir, async (npm, into) => {
      if (fails) throw new Error("no network");
      await fetchPackage(npm, into);
    });

    await expect(programs.locate(BACKEND)).rejects.toThrow("no network");
    expect(readdirSync(join(dataDir, "agents", "codex"))).toEqual([]);
    fails = false;
    expect(await programs.locate(BACKEND)).toMatchObject({ version: "1.2.3" });
  });

  it("starts another file of the package where the adapter names one, and refuses another version", async () => {
    const programs = installedAgents(dataDir, fetchPackage);
    const other = { ...BACKEND, npm: { ...BACKEND.npm, file: "package.json" } };
    const wrong = installedAgents(dataDir, async (npm, into) => fetchPackage({ ...npm, version: "1.2.4" }, into));

    await expect(wrong.locate(BACKEND)).rejects.toThrow("npm brought 1.2.4 in place of 1.2.3");
    expect(await programs.locate(other)).toMatchObject({
      program: expect.stringMatching(/agent\/package\.json$/) as string,
    });
  });

  it("lists and removes versions", async () => {
    const programs = installedAgents(dataDir, fetchPackage);
    await programs.install(BACKEND);
    mkdirSync(join(dataDir, "agents", "codex", "1.0.0"));

    expect(await programs.versions(BACKEND)).toEqual(["1.0.0", "1.2.3"]);
    expect(await programs.remove(BACKEND, "pinned")).toEqual(["1.0.0"]);
    expect(existsSync(folder())).toBe(true);
    expect(await programs.remove(BACKEND, "none")).toEqual(["1.2.3"]);
    expect(await programs.find(BACKEND)).toBeNull();
  });
});

describe("npmInstall", () => {
  it("says what to do without npm, and when npm fails", async () => {
    const wanted = { name: "agent", version: "1.2.3" };
    const failing = join(dataDir, "npm");
    writeFileSync(failing, "#!/bin/sh\necho 'npm error code ENOTFOUND'; env | grep SECRET; exit 1\n", { mode: 0o755 });
    process.env["A_SECRET"] = "hidden";

    await expect(npmInstall({ ...wanted, npm: join(dataDir, "none") }, dataDir)).rejects.toThrow("there is no npm");
    await expect(npmInstall({ ...wanted, npm: failing }, dataDir)).rejects.toThrow(
      /reaches the npm registry.*ENOTFOUND$/s,
    );
    delete process.env["A_SECRET"];
  });
});
