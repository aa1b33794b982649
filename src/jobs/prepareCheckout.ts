import { createHash } from "node:crypto";
import type { AttemptFailure } from "../domain/attempt.ts";
import type { Sha, TreeId } from "../domain/ids.ts";
import type { Repository } from "../domain/repository.ts";
import type { Settings, SetupSettings } from "../domain/settings.ts";
import type { Checkout } from "../ports/git.ts";
import type { JobDeps } from "./handler.ts";
import { runSetupSteps } from "./runSetupSteps.ts";
import type { PreparationMeans, Unready } from "./runSetupSteps.ts";

/** What a checkout is made ready for. */
interface Preparation {
  readonly repository: Repository;
  readonly settings: Settings;
  /** The run's base, which no agent has written; null before a run has one. */
  readonly base: Sha | null;
  /** What lies in the checkout. */
  readonly content: Sha | TreeId;
  /** Names the logs: no two that run at once may share it. */
  readonly of: string;
  /** A dependency was missing once: the install steps come too. */
  readonly needsInstall: boolean;
}

/**
 * Makes a fresh checkout ready, by the set-up steps or by what they made before, and by the install steps where a phase was
 * found to need them. Only for a checkout in which nothing has run yet.
 *
 * What is kept was made from the run's base by the base's own steps, and serves only contents whose key files are the base's:
 * an agent that changes a lockfile gets what its own lockfile gives, and nobody else does.
 */
export async function prepareCheckout(
  preparation: Preparation,
  checkout: Checkout,
  means: PreparationMeans,
): Promise<Unready> {
  const { settings, needsInstall } = preparation;
  const setup = settings.setup ?? null;
  if (setup !== null && setup.steps.length > 0) {
    const kept = await fromCache({ ...preparation, setup }, checkout, means);
    if (kept.kind === "unready") return kept.why;
    const unready =
      kept.kind === "ready" ? null : await runSetupSteps(setup.steps, stage(preparation, checkout), means);
    if (unready !== null) return unready;
  }
  if (!needsInstall) return null;
  return runSetupSteps(settings.install, { ...stage(preparation, checkout), kind: "install" }, means);
}

type Kept =
  /** Nothing is kept for this content: the steps run in the checkout itself. */
  { readonly kind: "unused" } | { readonly kind: "ready" } | { readonly kind: "unready"; readonly why: Unready };

type WithSetup = Preparation & { readonly setup: SetupSettings };

async function fromCache(preparation: WithSetup, checkout: Checkout, means: PreparationMeans): Promise<Kept> {
  const { setupCache: cache } = means.deps;
  const { base, content, setup } = preparation;
  if (cache === undefined || setup.cache === null || base === null) return { kind: "unused" };
  const key = await keyOf(preparation, base, means.deps);
  if (key !== (await keyOf(preparation, content, means.deps))) return { kind: "unused" };
  return cache.exclusively(key, async () => {
    if (await cache.restore(key, checkout.path)) return { kind: "ready" };
    const why = await makeEntry(key, { ...preparation, base }, means);
    if (why !== null) return { kind: "unready", why };
    return { kind: (await cache.restore(key, checkout.path)) ? "ready" : "unused" };
  });
}

/** The same for everything that makes the same, as far as the configuration tells. */
async function keyOf(
  { repository, setup }: WithSetup,
  content: Sha | TreeId,
  { git, sandbox }: JobDeps,
): Promise<string> {
  const { keyFiles = [], paths = [] } = setup.cache ?? {};
  const files = await Promise.all(
    keyFiles.map(async (path) => [path, await git.readFile(repository, { sha: content, path })] as const),
  );
  const commands = setup.steps.map((step) => step.run);
  const facts = [repository.id, sandbox.isolation, process.version, process.arch, commands, paths, files];
  return createHash("sha256").update(JSON.stringify(facts)).digest("hex");
}

/** Runs the steps in a tree of the base that nobody else ever sees, and keeps what they made. */
async function makeEntry(
  key: string,
  preparation: WithSetup & { readonly base: Sha },
  means: PreparationMeans,
): Promise<Unready> {
  const { repository, base, setup } = preparation;
  const paths = setup.cache?.paths ?? [];
  const checkout = await means.deps.git.checkout(repository, { commit: base });
  try {
    const unready = await runSetupSteps(setup.steps, stage(preparation, checkout), means);
    if (unready !== null) return unready;
    const { changes } = await checkout.read({ maxFileBytes: 0 });
    const shown = paths.find((path) =>
      changes.some((change) => change.path === path || change.path.startsWith(`${path}/`)),
    );
    if (shown !== undefined) return notIgnored(shown);
    await means.deps.setupCache?.keep(key, { checkout: checkout.path, paths });
    return null;
  } finally {
    await checkout.dispose();
  }
}

function notIgnored(path: string): AttemptFailure {
  const message = `\`sandbox.cache.paths\` has “${path}”, which git does not ignore: it would be in every change`;
  return { class: "environment", message };
}

function stage({ settings, of }: Preparation, checkout: Checkout) {
  const egress = settings.setup?.egress ?? [];
  return { kind: "setup" as const, checkout, of, limits: settings.builder.limits, egress };
}
