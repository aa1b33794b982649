/** A file that somebody can start from: valid as it stands, with the two commands to be replaced. */
export function starterConfig(): string {
  return `# .github/autopack.yml: read from the default branch only. All keys: docs/configuration.md
version: 1

agents:
  # Makes the changes: any program that reads instructions on stdin and edits the checkout it is started in.
  builder:
    backend: command
    command: ["./scripts/builder"]
  # Judges them, in another process. To do without: delete it, and add \`audit: { required: false }\`.
  auditor:
    backend: command
    command: ["./scripts/auditor"]

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
