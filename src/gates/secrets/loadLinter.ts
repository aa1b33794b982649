/** A credential as the linter saw it, without the credential. */
export interface SecretFound {
  /** The linter's rule, as `github`. */
  readonly rule: string;
  readonly messageId: string;
  /** Lines count from 1. */
  readonly startLine: number;
  readonly endLine: number;
  /** In characters of the text that was searched. */
  readonly range: readonly [number, number];
}

type SecretLinter = (path: string, text: string) => Promise<readonly SecretFound[]>;

let loading: Promise<SecretLinter> | null = null;

/** The linter, loaded once, when a change is first searched: most processes of Autopack never search one. */
export async function loadLinter(): Promise<SecretLinter> {
  loading ??= load().catch((error: unknown) => {
    loading = null;
    throw error;
  });
  return loading;
}

async function load(): Promise<SecretLinter> {
  const [{ lintSource }, preset] = await Promise.all([
    import("@secretlint/core"),
    import("@secretlint/secretlint-rule-preset-recommend"),
  ]);
  const { creator } = preset;
  const config = { rules: [{ id: creator.meta.id, rule: creator, options: {} }] };
  return async (path, text) => {
    const dot = path.lastIndexOf(".");
    const ext = dot > path.lastIndexOf("/") ? path.slice(dot) : "";
    const { messages } = await lintSource({
      source: { content: text, filePath: path, contentType: "text", ext },
      options: { config, noPhysicFilePath: true, maskSecrets: true, locale: "en" },
    });
    return messages.map(({ ruleId, messageId, loc, range }) => ({
      rule: ruleId.replace(/^@secretlint\/secretlint-rule-/, ""),
      messageId,
      startLine: loc.start.line,
      endLine: loc.end.line,
      range: [range[0], range[1]],
    }));
  };
}
