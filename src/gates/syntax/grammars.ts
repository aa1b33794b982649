import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import treeSitter from "@vscode/tree-sitter-wasm";
import type { Language as Grammar } from "@vscode/tree-sitter-wasm";
import type { Language } from "./language.ts";

let runtime: Promise<string> | null = null;
const grammars = new Map<Language, Promise<Grammar>>();

/** The grammar of a language, loaded when it is first asked for, and kept: they take 2 to 7 ms and up to 1.5 MB each. */
export function grammarOf(language: Language): Promise<Grammar> {
  const known = grammars.get(language);
  if (known !== undefined) return known;
  const loading = load(language);
  grammars.set(language, loading);
  return loading;
}

async function load(language: Language): Promise<Grammar> {
  runtime ??= start();
  const folder = await runtime;
  return treeSitter.Language.load(join(folder, `tree-sitter-${language}.wasm`));
}

async function start(): Promise<string> {
  await treeSitter.Parser.init();
  return dirname(createRequire(import.meta.url).resolve("@vscode/tree-sitter-wasm"));
}
