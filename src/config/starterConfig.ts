/** A file that somebody can start from: valid as it stands, for a server that has a key of Anthropic's. */
export function starterConfig(): string {
  return `# .github/autopack.yml: read from the default branch only. All keys: docs/configuration.md
version: 1

agents:
  # Makes the changes. Also codex, gemini, opencode, or any program of yours: docs/agents.md
  builder:
    backend: claude-code
    model: anthropic/claude-sonnet-4-5
  # Judges them; best another model. To do without: delete it, and add \`audit: { required: false }\`.
  auditor:
    backend: claude-code
    model: anthropic/claude-opus-4-5
  # Writes the plan of issues that spell none out. Without it such an issue is one phase.
  planner:
    backend: claude-code
    model: anthropic/claude-sonnet-4-5

# Quick commands that every change must pass first.
preflight:
  - npm run lint

# The tests. Strict categories run those of \`strict\` as well: docs/strategy.md
ci:
  normal:
    - run: npm test
      timeout_seconds: 600
  strict: []

# Caps. \`autopack strategy explain\` shows what a plan comes to.
budgets:
  run: { cost_usd: 20 }

promotion:
  # Merging stays with you. \`true\` merges as soon as every gate is green.
  auto_merge: false
`;
}
