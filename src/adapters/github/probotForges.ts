import type { Probot } from "probot";
import type { Forges } from "../../ports/forge.ts";
import { appLogin } from "./appLogin.ts";
import { installationOf } from "./installationOf.ts";
import { octokitForge } from "./octokitForge.ts";

/** The forges of all installations of a GitHub App. `probot` is to be made with `autopackOctokit`. */
export function probotForges(probot: Pick<Probot, "auth">): Forges {
  let login: Promise<string> | null = null;

  /** Asked once a process: an app's slug changes with its name only. */
  async function botLogin(): Promise<string> {
    login ??= probot.auth().then(appLogin);
    try {
      return await login;
    } catch (error) {
      login = null;
      throw error;
    }
  }

  return {
    botLogin,
    installationOf: async (repository) => installationOf(await probot.auth(), repository),
    of: async ({ installationId, owner, name }) =>
      octokitForge(await probot.auth(installationId), { owner, name }, botLogin),
  };
}
