import { EnvironmentFailure } from "../../domain/failure.ts";
import type { RetryInstruction } from "../../domain/failure.ts";

interface Sign {
  readonly pattern: RegExp;
  readonly retry: RetryInstruction;
  readonly advice: string;
}

const UNAUTHORIZED =
  /Authentication failed|could not read (?:Username|Password)|terminal prompts disabled|error: 401|HTTP 401/i;

/** Whether git's own words say that the remote did not accept the token. */
export function isUnauthorized(stderr: string): boolean {
  return UNAUTHORIZED.test(stderr);
}

/** What git and servers say, first match wins. Git speaks C locale here, so its words are stable. */
const REMOTE_SIGNS: readonly Sign[] = [
  {
    pattern: UNAUTHORIZED,
    retry: "never",
    advice: "the remote does not accept the token. Check that the app is installed there and its key is right",
  },
  {
    pattern: /error: 403|HTTP 403|Permission to \S+ denied|Write access to repository not granted|protected branch/i,
    retry: "never",
    advice: "the token may not do this. Check the app's permissions (contents: write) and the branch rules",
  },
  {
    pattern: /\[remote rejected\].*(?:cannot lock ref|failed to update ref|Internal Server Error|failure)/i,
    retry: "later",
    advice: "the remote could not update the branch just now",
  },
  {
    pattern: /\[remote rejected\]|refusing to allow/i,
    retry: "never",
    advice: "the remote refuses this push. Its words say which rule or permission stands in the way",
  },
  {
    pattern:
      /Repository not found|error: 404|does not appear to be a git repository|repository '.*' (?:does not exist|not found)/i,
    retry: "never",
    advice: "the repository is not there, or the app is not installed on it",
  },
  {
    pattern: /does not match any|src refspec/i,
    retry: "later",
    advice: "the commit is not on this machine; it has to be made again from its patch",
  },
  { pattern: /No space left on device|Disk quota exceeded/i, retry: "later", advice: "the disk is full" },
];

/** Why talking to a remote failed, and whether to try again. Whatever is not understood is taken for the network. */
export function remoteFailure(doing: string, stderr: string): EnvironmentFailure {
  const sign = REMOTE_SIGNS.find(({ pattern }) => pattern.test(stderr));
  const advice = sign?.advice ?? "the remote could not be reached, or did not answer as it should";
  return new EnvironmentFailure(`${doing}: ${advice}. ${quote(stderr)}`, { retry: sign?.retry ?? "later" });
}

const DAMAGE =
  /not a git repository|corrupt|does not match index|too short to be a packfile|not a GIT packfile|object file .* is empty|unable to (?:unpack|parse) |inflate|hash mismatch|bad tree|missing (?:blob|tree|commit) object|missing object|bad pack|premature end of pack|packfile .* cannot be (?:accessed|mapped)|index file .* is too small|wrong index v\d|could not parse (?:HEAD|commit)|unable to read (?:tree|blob|sha1 file|[0-9a-f]{40})/i;

/** Whether git's own words say that the repository it worked in is broken. What the remote says of itself is left out. */
export function isDamage(stderr: string): boolean {
  return stderr.split("\n").some((line) => !line.startsWith("remote:") && DAMAGE.test(line));
}

/** Why a command on the mirror failed. Nothing here is the fault of a plan or an agent. */
export function localFailure(doing: string, stderr: string): EnvironmentFailure {
  if (/No space left on device|Disk quota exceeded/i.test(stderr)) {
    return new EnvironmentFailure(`${doing}: the disk is full. ${quote(stderr)}`);
  }
  if (isDamage(stderr)) {
    return new EnvironmentFailure(
      `${doing}: the mirror is missing or damaged; the next fetch makes it anew. ${quote(stderr)}`,
    );
  }
  return new EnvironmentFailure(`${doing}: git could not do it. ${quote(stderr)}`);
}

/** Git's words, short enough for a comment. */
function quote(stderr: string): string {
  const text = stderr.trim();
  if (text === "") return "git said nothing.";
  return `git said: ${text.length > 2000 ? `${text.slice(0, 2000)}…` : text}`;
}
