import { execFile } from "node:child_process";

/** Keeps the machine's and the user's git configuration, and any repository around the tests, out of the stand-in. */
export const gitEnvironment: Readonly<Record<string, string>> = {
  PATH: process.env["PATH"] ?? "/usr/bin:/bin",
  HOME: "/nonexistent",
  LC_ALL: "C.UTF-8",
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_TERMINAL_PROMPT: "0",
  GIT_COMMITTER_NAME: "GitHub",
  GIT_COMMITTER_EMAIL: "noreply@github.com",
};

export interface GitOptions {
  readonly input?: string | Uint8Array;
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs git in `dir` and returns what it printed, without the last newline. Throws when git fails. */
export async function git(dir: string, args: readonly string[], options: GitOptions = {}): Promise<string> {
  const { exitCode, stdout, stderr } = await gitAnswer(dir, args, options);
  if (exitCode !== 0) throw new Error(`git ${args.join(" ")} failed with ${exitCode}: ${stderr}`);
  return stdout;
}

/** As `git`, for output that is not text. */
export async function gitBytes(dir: string, args: readonly string[]): Promise<Buffer> {
  const { exitCode, stdout, stderr } = await run(dir, args, {});
  if (exitCode !== 0) throw new Error(`git ${args.join(" ")} failed with ${exitCode}: ${stderr.toString("utf8")}`);
  return stdout;
}

/** Exit code and output, for commands whose failure is an answer: `merge-tree`, `merge-base --is-ancestor`, `rev-parse`. */
export async function gitAnswer(
  dir: string,
  args: readonly string[],
  options: GitOptions = {},
): Promise<{ readonly exitCode: number; readonly stdout: string; readonly stderr: string }> {
  const { exitCode, stdout, stderr } = await run(dir, args, options);
  return { exitCode, stdout: stdout.toString("utf8").replace(/\n$/, ""), stderr: stderr.toString("utf8").trimEnd() };
}

interface Finished {
  readonly exitCode: number;
  readonly stdout: Buffer;
  readonly stderr: Buffer;
}

/** Node's own `execFile`: a world runs git hundreds of times, and anything richer shows. */
function run(cwd: string, args: readonly string[], { input, env }: GitOptions): Promise<Finished> {
  const options = {
    cwd,
    env: { ...gitEnvironment, ...env },
    encoding: "buffer",
    maxBuffer: 512 * 1024 * 1024,
  } as const;
  return new Promise((resolve, reject) => {
    const child = execFile("git", args, options, (error, stdout, stderr) => {
      const code = error === null ? 0 : error.code;
      if (typeof code === "number") resolve({ exitCode: code, stdout, stderr });
      else reject(new Error(`Could not run git ${args.join(" ")}`, { cause: error }));
    });
    // Git may end before it has read everything; its exit code says what became of it.
    child.stdin?.on("error", () => undefined);
    child.stdin?.end(input);
  });
}
