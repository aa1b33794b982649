interface Agents {
  readonly revisions: number;
  readonly second: "approve" | "escalate";
}

/**
 * An agent of a few shell commands: a crash test runs it hundreds of times. As a Builder it writes `src/name.js` in phase 1 and
 * `src/greet.js` in phase 2; as an Auditor it sends phase 1 back the first `revisions` times, and says of phase 2 what it is to say.
 */
function agent({ revisions, second }: Agents): object {
  const script = `
    epoch=$(grep -Eo '"revision_epoch": *[0-9]+' "$AUTOPACK_CONTEXT" | grep -Eo '[0-9]+$')
    say() { echo "{ \\"verdict\\": \\"$1\\", \\"confidence\\": \\"high\\", \\"summary\\": \\"$1\\" }" > "$AUTOPACK_RESULT"; }
    case "$AUTOPACK_ROLE $AUTOPACK_ATTEMPT" in
      "builder "*.1.*) echo "export const name = 'world $epoch';" > src/name.js ;;
      "builder "*.2.*) echo "export { name as greet } from './name.js';" > src/greet.js ;;
      "auditor "*.1.*) if [ "$epoch" -lt ${revisions} ]; then say revise; else say approve; fi ;;
      "auditor "*) say ${second} ;;
    esac`;
  return { backend: "command", command: ["sh", "-c", script] };
}

/** A configuration whose agents and gates take next to no time: what is tested is what happens between them. */
export function quickConfig({ autoMerge = true, ...agents }: Partial<Agents> & { autoMerge?: boolean } = {}): object {
  const either = agent({ revisions: 0, second: "approve", ...agents });
  return {
    agents: { builder: either, auditor: either },
    preflight: ["test -f src/greet.js"],
    ci: { normal: ["test -f README.md"] },
    promotion: { auto_merge: autoMerge },
  };
}
