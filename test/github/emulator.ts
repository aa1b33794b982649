import { createEmulator } from "emulate";

export interface EmulatorRequest {
  readonly method: string;
  /** Below the emulator's root, with its query: `/repos/acme/widget/issues?state=all`. */
  readonly path: string;
  readonly body?: unknown;
}

export interface EmulatorAnswer {
  readonly status: number;
  readonly body: unknown;
  readonly link: string | null;
}

/** The `emulate` package's GitHub: keeps issues, comments, labels, milestones and their events for the front. */
export interface Emulator {
  readonly url: string;
  request(login: string, request: EmulatorRequest): Promise<EmulatorAnswer>;
  close(): Promise<void>;
}

/** The emulator allows a token 5000 requests an hour; the front spreads its own over several. */
const tokensEach = 40;

/** Starts an emulator on a free port, with these accounts, and repositories that hold issues but no git data. */
export async function startEmulator(seed: {
  readonly users: readonly string[];
  readonly orgs: readonly string[];
  readonly repositories: readonly { readonly owner: string; readonly name: string }[];
}): Promise<Emulator> {
  const tokens: Record<string, { login: string }> = {};
  for (const login of seed.users) {
    for (let n = 0; n < tokensEach; n += 1) tokens[`${n}:${login}`] = { login };
  }
  const emulator = await createEmulator({
    service: "github",
    port: 0,
    seed: {
      tokens,
      github: {
        users: seed.users.map((login) => ({ login })),
        orgs: seed.orgs.map((login) => ({ login })),
        // Public to the emulator, whatever they are to the front: permission is the front's to judge.
        repos: seed.repositories.map((repository) => ({ ...repository, auto_init: false })),
      },
    },
  });
  const url = emulator.url;
  const address = url.replace("localhost", "127.0.0.1");
  let turn = 0;

  return {
    url,
    async request(login, { method, path, body }) {
      turn = (turn + 1) % tokensEach;
      const response = await fetch(`${address}${path}`, {
        method,
        headers: { authorization: `Bearer ${turn}:${login}`, "content-type": "application/json" },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      return {
        status: response.status,
        body: text === "" ? undefined : JSON.parse(text),
        link: response.headers.get("link"),
      };
    },
    close: () => emulator.close(),
  };
}
