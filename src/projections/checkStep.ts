import type { CheckOutcome, StepResult } from "../domain/gate.ts";
import { fenced } from "./safeMarkdown.ts";
import { code } from "./safeMarkdown.ts";

/** How a check of the repository's own ended, in words that follow its name. Markdown. */
export function checkEnd({ verdict, conclusion, app, source }: CheckOutcome): string {
  const by = app === null ? (source === "status" ? " (a commit status)" : "") : ` (${code(app)})`;
  switch (verdict) {
    case "passed":
      return `${conclusion === "neutral" || conclusion === "skipped" ? `passed as ${conclusion}` : "passed"}${by}`;
    case "failed":
      return `failed${conclusion === "failure" || conclusion === null ? "" : ` as ${code(conclusion)}`}${by}`;
    case "timed_out":
      return `timed out${by}`;
    case "cancelled":
      return `was cancelled${by}`;
    case "stale":
      return `was given up by GitHub as stale${by}`;
    case "action_required":
      return `waits for somebody's approval${by}`;
    case "startup_failure":
      return `could not be started${by}`;
    case "unfinished":
      return `did not end in time${by}`;
    case "missing":
      return "never began";
  }
}

/** How the judgement of a rule set ended, in words that follow its name. */
export function rulesEnd({ outcome, tail }: StepResult): string {
  const many = tail.split("\n").length;
  const said = many === 1 ? "1 objection" : `${many} objections`;
  return outcome === "passed" ? `${said}, none in the way` : said;
}

/** What a rule set objects to. Markdown. */
export function rulesText(step: StepResult): string {
  return fenced(step.tail, { maxLength: 4000 });
}

/** Where to look, and what helps; null for a green one. Markdown. */
export function checkRemedy({ name, check }: StepResult): string | null {
  if (check === undefined || check.verdict === "passed") return null;
  const look = webLink(check.url);
  const words = remedyOf(check, name);
  return look === null ? words : `${words} ([details](${look}))`;
}

const AGAIN = "run it again at GitHub, then `/autopack ci`";

function remedyOf({ verdict }: CheckOutcome, name: string): string {
  switch (verdict) {
    case "passed":
    case "failed":
    case "timed_out":
      return `Push a fix, or ${AGAIN}.`;
    case "cancelled":
      return `Nobody has judged the commit: ${AGAIN}. A workflow's \`concurrency\` with \`cancel-in-progress\` cancels like this.`;
    case "stale":
      return `It was incomplete for too long: ${AGAIN}.`;
    case "action_required":
      return "Somebody with write access has to approve the workflow run at GitHub; then `/autopack ci`.";
    case "startup_failure":
      return `The workflow file has a fault, or a secret or runner that it names is missing: correct it, ${AGAIN}.`;
    case "unfinished":
      return `Look whether it hangs, or waits for a runner or an approval. \`timeout_minutes\` gives it longer; ${AGAIN}.`;
    case "missing":
      return missing(name);
  }
}

/** The causes that there are for CI that does not begin, the likeliest first. */
function missing(name: string): string {
  return [
    `No check run and no status ${/[*?]/.test(name) ? "matches" : "is named"} ${code(name)}. Likely one of these:`,
    "",
    "- The name is another one: GitHub shows a job as `name (matrix values)`, not as its workflow; capitals count.",
    "- No workflow runs on `push` to `autonomous/**` or on `pull_request` to this base; `branches`, `paths` or a draft pull request may keep it from running.",
    "- Actions are switched off for this repository, or the workflow is.",
    "- The workflow is not on the branch, or was added by a push of the `GITHUB_TOKEN`, which starts no workflows.",
    "- Workflow runs for pushes of an app wait for approval: see the Actions tab.",
    "",
    `Then ${AGAIN.replace("run it again at GitHub, then ", "")}. \`start_within_minutes\` says how long to wait for it.`,
  ].join("\n");
}

/** An address of the web, so that it can stand in a Markdown link; null for everything else. */
function webLink(url: string | null): string | null {
  if (url === null || !URL.canParse(url)) return null;
  const { protocol, href } = new URL(url);
  if (protocol !== "https:" && protocol !== "http:") return null;
  return href.replaceAll("(", "%28").replaceAll(")", "%29");
}
