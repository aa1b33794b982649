import { gitAdapter } from "../../../src/adapters/git/gitAdapter.ts";
import { AUTHOR, REPOSITORY, mainTip } from "./world.ts";

/** A process of its own that fetches and prints the tip; with a fourth argument it leaves a checkout and dies hard. */
const [root = "", url = "", token = "", leave] = process.argv.slice(2);
const git = gitAdapter({
  root,
  remoteUrl: ({ owner, name }) => `${url}/${owner}/${name}.git`,
  token: () => Promise.resolve(token),
  author: AUTHOR,
});
await git.fetch(REPOSITORY);
const tip = await mainTip(git);
process.stdout.write(tip);
if (leave !== undefined) {
  await git.checkout(REPOSITORY, { commit: tip });
  process.kill(process.pid, "SIGKILL");
}
