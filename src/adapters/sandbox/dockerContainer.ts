import type Docker from "dockerode";
import { PassThrough } from "node:stream";
import type { Duplex } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import type { SandboxUsage } from "../../ports/sandbox.ts";
import { dockerMeter } from "./dockerMeter.ts";
import type { DockerMeter } from "./dockerMeter.ts";
import { readOutput } from "./readOutput.ts";
import { SandboxNotSetUp } from "./sandboxNotSetUp.ts";

const LAST_CHARS = 4096;
const REMOVE_TRIES = 5;
const REMOVE_PAUSE_MS = 500;

/** One container, from its creation to its removal. */
export class DockerContainer {
  readonly #docker: Docker;
  readonly #container: Docker.Container;
  #stream: Duplex | null = null;
  #meter: DockerMeter | null = null;
  #lastWords = "";
  #started = false;
  #killed = false;

  private constructor(docker: Docker, container: Docker.Container) {
    this.#docker = docker;
    this.#container = container;
  }

  static async create(docker: Docker, options: Docker.ContainerCreateOptions): Promise<DockerContainer> {
    try {
      return new DockerContainer(docker, await docker.createContainer(options));
    } catch (cause) {
      throw new SandboxNotSetUp(messageOf(cause), { cause });
    }
  }

  /** Connects to its streams; the connection is its lifeline. */
  async attach(use: Parameters<typeof readOutput>[1]): Promise<ReturnType<typeof readOutput>> {
    const stream = (await this.#asked(
      this.#container.attach({ stream: true, stdin: true, stdout: true, stderr: true, hijack: true }),
    )) as Duplex;
    const text = new PassThrough();
    const last = new PassThrough();
    last.on("data", (chunk: Buffer) => {
      this.#lastWords = (this.#lastWords + chunk.toString("latin1")).slice(-LAST_CHARS);
    });
    this.#docker.modem.demuxStream(stream, text, last);
    stream.on("error", () => text.end());
    stream.on("close", () => text.end());
    stream.on("end", () => text.end());
    this.#stream = stream;
    return readOutput(text, use);
  }

  /** Does nothing after `kill`. */
  async start(): Promise<void> {
    if (this.#killed) return;
    await this.#asked(this.#container.start());
    this.#started = true;
    if (this.#killed) return this.kill();
    this.#meter = dockerMeter(this.#container);
  }

  /** Ends all its processes, at once and without an answer; safe to repeat. */
  kill(): void {
    this.#killed = true;
    if (!this.#started) return;
    const remove = async () => this.#container.remove({ force: true });
    this.#container
      .kill({ signal: "SIGKILL" })
      .catch(remove)
      .catch(() => {
        // It has ended; or the engine does not answer, and `ended` says so.
      });
  }

  /** Processes that the kernel killed for memory, by what the first shell said at the end. */
  oomKills(): number {
    return Number(/^oom_kill (\d+)$/m.exec(this.#lastWords)?.[1] ?? 0);
  }

  async ended(): Promise<{ readonly code: number; readonly outOfMemory: boolean }> {
    if (!this.#started) return { code: 1, outOfMemory: false };
    try {
      const { StatusCode } = (await this.#container.wait()) as { readonly StatusCode: number };
      const { State } = await this.#container.inspect();
      return { code: StatusCode, outOfMemory: State.OOMKilled };
    } catch (cause) {
      if (this.#killed) return { code: 137, outOfMemory: false };
      throw new SandboxNotSetUp(`the container engine lost a container: ${messageOf(cause)}`, { cause });
    }
  }

  usage(): SandboxUsage {
    return this.#meter?.usage() ?? { memoryBytes: null, cpuSeconds: null };
  }

  /** Removes it with all that it is running. Tries again: a container that is left would go on. */
  async remove(): Promise<void> {
    this.#meter?.close();
    for (let tries = 1; ; tries += 1) {
      try {
        await this.#container.remove({ force: true, v: true });
        break;
      } catch (cause) {
        if (isGone(cause)) break;
        if (tries === REMOVE_TRIES) throw new SandboxNotSetUp(`removing a container: ${messageOf(cause)}`, { cause });
        await delay(REMOVE_PAUSE_MS);
      }
    }
    this.#stream?.destroy();
  }

  async #asked<T>(answer: Promise<T>): Promise<T> {
    try {
      return await answer;
    } catch (cause) {
      throw new SandboxNotSetUp(messageOf(cause), { cause });
    }
  }
}

/** The engine's own sentence, which dockerode wraps. */
function messageOf(error: unknown): string {
  const body = (error as { readonly json?: { readonly message?: unknown } }).json?.message;
  if (typeof body === "string") return body;
  return error instanceof Error ? error.message : String(error);
}

function isGone(error: unknown): boolean {
  return (error as { readonly statusCode?: unknown }).statusCode === 404;
}
