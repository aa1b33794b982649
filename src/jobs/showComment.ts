import { isPassing } from "../projections/passing.ts";
import { withoutSpend } from "../projections/runView.ts";
import { runMarker, statusComment } from "../projections/statusComment.ts";
import { digestOf, isPublished, publish, tagOf } from "./publish.ts";
import type { Target } from "./publish.ts";
import type { Showing, Step } from "./showing.ts";

/** The status comment. What is spent goes into it whenever it is written, but is no reason to write it. */
export function showComment({ view, forge, ledger }: Showing): readonly Step[] {
  const { run } = view;
  const issue = run.request.issueNumber;
  if (isPassing(run, tagOf(ledger.published.get("comment")))) return [];
  const body = statusComment(view);
  const target: Target = {
    name: "comment",
    digest: digestOf(run.state.kind, statusComment(withoutSpend(view))),
    create: async () => forge.createComment(issue, body),
    update: async (id) => forge.updateComment(id, body),
    find: async () => forge.findComment(issue, runMarker(run.id)),
  };
  return isPublished(target, ledger) ? [] : [async () => publish(target, ledger)];
}
