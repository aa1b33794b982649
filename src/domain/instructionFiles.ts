/**
 * Files that coding agents read as instructions or as their own settings, wherever they lie. An agent must never find there what
 * another one wrote. Globs, in any case of letters.
 *
 * From the documentation of the agents that Autopack runs, and of those that people run in the same repositories.
 */
export const INSTRUCTION_FILES: readonly string[] = [
  "**/AGENTS.md",
  "**/AGENTS.override.md",
  "**/CLAUDE.md",
  "**/CLAUDE.local.md",
  "**/GEMINI.md",
  "**/QWEN.md",
  "**/.cursorrules",
  "**/.windsurfrules",
  "**/opencode.json",
  "**/opencode.jsonc",
  "**/.aider.conf.yml",
  "**/.mcp.json",
  "**/.vscode/mcp.json",
  ".github/copilot-instructions.md",
  ".github/instructions/**",
  // The folder itself may be a link to another one.
  ...["agents", "claude", "codex", "gemini", "qwen", "cursor", "windsurf", "clinerules", "roo", "opencode"].flatMap(
    (name) => [`**/.${name}`, `**/.${name}/**`],
  ),
];
