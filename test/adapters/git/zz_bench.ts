import { execa } from "execa";
import { writeFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { startGitServer } from "./gitServer.ts";
import { TOKEN, REPOSITORY, adapterFor, mainTip } from "./world.ts";
const base = "/tmp/gitlab20k";
const server = await startGitServer(join(base, "remotes"), TOKEN);
const git = adapterFor(join(base, "root"), server);
const t = async <T>(n: string, f: () => Promise<T>): Promise<[T, number]> => {
  const s = performance.now();
  const r = await f();
  const ms = performance.now() - s;
  console.log(n.padEnd(18), ms.toFixed(0));
  return [r, ms];
};
await t("first fetch", () => git.fetch(REPOSITORY));
const ratios: number[] = [];
for (let i = 0; i < 5; i++) {
  await t("fetch no change", () => git.fetch(REPOSITORY));
  const dir = join(base, "clone" + i);
  await rm(dir, { recursive: true, force: true });
  await execa("sync");
  const [, c] = await t("fresh http clone", () =>
    execa(
      "git",
      [
        "-c",
        `http.extraHeader=Authorization: Basic ${Buffer.from("x-access-token:" + TOKEN).toString("base64")}`,
        "clone",
        "-q",
        `${server.url}/acme/widget.git`,
        dir,
      ],
      { env: { GIT_CONFIG_GLOBAL: "/dev/null" } },
    ),
  );
  await execa("sync");
  const sha = await mainTip(git);
  const [co, m] = await t("checkout", () => git.checkout(REPOSITORY, { commit: sha }));
  ratios.push(m / c);
  console.log(
    (await execa("du", ["-sk", join(dir, ".git"), join(co.path, ".git"), join(co.path, "..")])).stdout.replaceAll(
      "\n",
      " | ",
    ),
  );
  await t("read untouched", () => co.read({ maxFileBytes: 1e6 }));
  await writeFile(join(co.path, "pkg0/dir0/file0.ts"), "changed\n");
  await writeFile(join(co.path, "new.ts"), "new\n");
  await t("read 2 changes", () => co.read({ maxFileBytes: 1e6 }));
  const [cap] = await t("capture", () => co.capture());
  await t("apply same base", () => git.apply(REPOSITORY, { bytes: cap.patch, base: sha, onto: sha }));
  await t("git status (agent)", () => execa("git", ["-C", co.path, "status", "--porcelain"]));
  console.log("ratio", (m / c).toFixed(2));
}
console.log("ratios", ratios.map((r) => r.toFixed(2)).join(" "));
await server.close();
