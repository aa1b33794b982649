import { redact } from "../../domain/redact.ts";
import { isUnauthorized, remoteFailure } from "./gitFailure.ts";
import { checkedUrl } from "./names.ts";
import { runGit } from "./runGit.ts";
import type { GitAnswer, GitCall } from "./runGit.ts";

/** The repository on its server. */
export interface Remote {
  readonly url: string;
  /** `owner/name`, for messages. */
  readonly name: string;
  /** Asked anew for each call: installation tokens live an hour. `renewed`: the one it had before was refused. */
  token(options: { readonly renewed: boolean }): Promise<string>;
}

const REMOTE_TIMEOUT_MS = 15 * 60_000;

/**
 * Runs git against the remote, whose address is `args`' business. Any exit code is an answer; stderr is free of the token.
 *
 * The token travels by environment as a header for this server alone: not in the address, not in argv, not on disk. One that
 * was revoked before its time is replaced once: what was refused had no effect.
 */
export async function askRemote(remote: Remote, call: GitCall): Promise<GitAnswer> {
  const answer = await askOnce(remote, call, { renewed: false });
  const isRefused = answer.code !== 0 && isUnauthorized(answer.stderr) && isHttp(remote.url);
  return isRefused ? askOnce(remote, call, { renewed: true }) : answer;
}

async function askOnce(remote: Remote, call: GitCall, wish: { readonly renewed: boolean }): Promise<GitAnswer> {
  const url = checkedUrl(remote.url);
  const overHttp = isHttp(url);
  const token = overHttp ? await remote.token(wish) : "";
  const answer = await runGit({
    timeoutMs: REMOTE_TIMEOUT_MS,
    ...call,
    env: { ...call.env, GIT_ALLOW_PROTOCOL: overHttp ? "http:https" : "file" },
    config: { ...call.config, ...(overHttp ? credentials(url, token) : {}) },
  });
  return { ...answer, stderr: redact(answer.stderr, token === "" ? [] : [token]) };
}

function isHttp(url: string): boolean {
  return /^https?:/.test(url);
}

function credentials(url: string, token: string): Readonly<Record<string, string>> {
  const basic = Buffer.from(`x-access-token:${token}`).toString("base64");
  return { [`http.${new URL(url).origin}/.extraHeader`]: `Authorization: Basic ${basic}` };
}

/** Like `askRemote`, but anything except success is a failure that says what to do about it. */
export async function demandRemote(remote: Remote, doing: string, call: GitCall): Promise<GitAnswer> {
  const answer = await askRemote(remote, call);
  if (answer.code !== 0) throw remoteFailure(doing, answer.stderr);
  return answer;
}
