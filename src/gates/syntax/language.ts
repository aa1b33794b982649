export type Language =
  | "typescript"
  | "tsx"
  | "javascript"
  | "python"
  | "go"
  | "rust"
  | "java"
  | "ruby"
  | "php"
  | "c-sharp"
  | "cpp"
  | "bash"
  | "css";

/** Languages that share a reader. Of `other`, only the comments are read. */
export type Family = "script" | "python" | "go" | "rust" | "java" | "other";

const BY_ENDING: Readonly<Record<string, Language>> = {
  ts: "typescript",
  mts: "typescript",
  cts: "typescript",
  tsx: "tsx",
  js: "javascript",
  mjs: "javascript",
  cjs: "javascript",
  jsx: "javascript",
  py: "python",
  pyi: "python",
  go: "go",
  rs: "rust",
  java: "java",
  rb: "ruby",
  php: "php",
  cs: "c-sharp",
  c: "cpp",
  cc: "cpp",
  cpp: "cpp",
  h: "cpp",
  hpp: "cpp",
  sh: "bash",
  bash: "bash",
  css: "css",
};

/** By the ending of the path. Null for what has no grammar here. */
export function languageOf(path: string): Language | null {
  const ending = /\.([a-z]+)$/i.exec(path)?.[1]?.toLowerCase() ?? "";
  return Object.hasOwn(BY_ENDING, ending) ? (BY_ENDING[ending] ?? null) : null;
}

/** The family of a language: TypeScript, TSX and JavaScript are read by the same rules. */
export function familyOf(language: Language): Family {
  switch (language) {
    case "typescript":
    case "tsx":
    case "javascript":
      return "script";
    case "python":
    case "go":
    case "rust":
    case "java":
      return language;
    case "ruby":
    case "php":
    case "c-sharp":
    case "cpp":
    case "bash":
    case "css":
      return "other";
  }
}
