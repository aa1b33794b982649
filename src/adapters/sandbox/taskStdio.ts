import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { closeSync, constants, openSync, unlinkSync, writeFileSync } from "node:fs";
import { Socket } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import { EnvironmentFailure } from "../../domain/failure.ts";

const execFileAsync = promisify(execFile);

/** Stdin as a file and stdout with stderr as one pipe, both without a name by now. */
export interface TaskStdio {
  readonly stdin: number;
  /** For the program: stdout and stderr alike, so that their order is kept. */
  readonly output: number;
  readonly reader: Socket;
  /** Closes our copies of what the program got: without that the pipe would never end. */
  release(): void;
}

/**
 * Opens the standard streams of a task, by way of names in its private folder.
 *
 * Node's own "pipes" are sockets, and a socket cannot be opened again: `echo oops > /dev/stderr` or `cat /dev/stdin`,
 * common in scripts, would fail in ways no terminal shows.
 */
export async function openTaskStdio(folder: string, stdin: string): Promise<TaskStdio> {
  const name = join(folder, `.stdio-${randomBytes(8).toString("hex")}`);
  try {
    const input = inputFile(`${name}.in`, stdin);
    await execFileAsync("mkfifo", ["-m", "600", `${name}.out`]);
    const { reader, writer } = openFifo(`${name}.out`);
    const release = () => [input, writer].forEach((fd) => closeSync(fd));
    return { stdin: input, output: writer, reader, release };
  } catch (cause) {
    throw new EnvironmentFailure(`opening the standard streams of a task in ${folder} failed`, { cause });
  }
}

function inputFile(path: string, text: string): number {
  writeFileSync(path, text, { flag: "wx", mode: 0o600 });
  const fd = openSync(path, "r");
  unlinkSync(path);
  return fd;
}

/** The reading end first and without waiting: then the writing end opens at once, and stays blocking for the program. */
function openFifo(path: string): { readonly reader: Socket; readonly writer: number } {
  const readFd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const writer = openSync(path, "w");
  unlinkSync(path);
  return { reader: new Socket({ fd: readFd, readable: true, writable: false }), writer };
}
