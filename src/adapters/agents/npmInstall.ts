import { delimiter, dirname } from "node:path";
import { execa } from "execa";
import { EnvironmentFailure } from "../../domain/failure.ts";

const TIMEOUT_MS = 15 * 60_000;
/** What npm needs of our environment: where it is, whose settings it reads, how it gets out. No secrets. */
const PASSED = /^(PATH|HOME|TMPDIR|LANG|SSL_CERT_(FILE|DIR)|NODE_EXTRA_CA_CERTS|(https?|no|all)_proxy|npm_config_.*)$/i;
const MAX_SAID_CHARS = 1500;

/**
 * Installs one package at an exact version into a folder, with the machine's npm. No install script runs, so nothing of the package
 * runs outside the sandbox.
 *
 * @throws EnvironmentFailure that says what to do
 */
export async function npmInstall(
  { name, version, npm = "npm" }: { readonly name: string; readonly version: string; readonly npm?: string },
  folder: string,
): Promise<void> {
  const result = await execa(npm, argumentsOf(`${name}@${version}`, folder), {
    cwd: folder,
    env: environment(),
    extendEnv: false,
    stdin: "ignore",
    all: true,
    timeout: TIMEOUT_MS,
    reject: false,
  });
  if (!result.failed) return;
  if (result.code === "ENOENT") {
    throw new EnvironmentFailure(
      `installing ${name}@${version}: there is no npm on the PATH. Install Node.js with npm, or run \`autopack agents install\` where it is and share the data folder.`,
    );
  }
  const said = result.timedOut ? `npm did not end within ${TIMEOUT_MS / 60_000} minutes` : (result.all ?? "").trim();
  throw new EnvironmentFailure(
    `installing ${name}@${version} with npm failed. Check that this machine reaches the npm registry, and that the disk is not full; then run \`autopack agents install\`.\n${said.slice(-MAX_SAID_CHARS)}`,
    { cause: result },
  );
}

function argumentsOf(spec: string, folder: string): readonly string[] {
  const quiet = ["--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error"];
  // Platform binaries come as optional dependencies: a machine set to leave those out would install an empty shell.
  return ["install", "--prefix", folder, "--ignore-scripts", "--include=optional", "--save-exact", ...quiet, spec];
}

/** npm runs on the Node that runs Autopack: an old one leaves optional packages out whose `engines` do not fit. */
function environment(): Record<string, string> {
  const passed = Object.entries(process.env).filter(([name]) => PASSED.test(name));
  const env = Object.fromEntries(passed.map(([name, value]) => [name, value ?? ""]));
  return { ...env, PATH: [dirname(process.execPath), env["PATH"] ?? ""].join(delimiter) };
}
