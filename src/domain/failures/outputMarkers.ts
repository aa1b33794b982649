/** What the output of a check can give away about why it failed. */
interface Marker {
  readonly class: "missing_dependency" | "syntax";
  readonly tool: string;
  /** Each is enough. */
  readonly patterns: readonly RegExp[];
}

/** A name as packages have it: neither a path nor a module of Node itself. */
const PACKAGE = String.raw`['"\`](?![./\\]|node:|file:|[a-z]:\\)[^'"\`\s]+['"\`]`;

/**
 * By tool. A missing dependency comes first: what cannot be imported often fails to parse, or to resolve, further on.
 *
 * Only what the parser of a language says counts as syntax; an error of types is a failed check like others, and so is
 * JSON that a program under test could not read.
 */
export const OUTPUT_MARKERS: readonly Marker[] = [
  {
    class: "missing_dependency",
    tool: "Node.js, TypeScript, Jest",
    patterns: [
      new RegExp(String.raw`Cannot find (?:module|package) ${PACKAGE}`),
      new RegExp(String.raw`could not find a declaration file for module ${PACKAGE}`, "i"),
    ],
  },
  {
    class: "missing_dependency",
    tool: "Vite, webpack, esbuild, Rollup",
    patterns: [
      new RegExp(String.raw`Failed to resolve (?:import|entry for package) ${PACKAGE}`),
      new RegExp(String.raw`Module not found: (?:Error: )?Can't resolve ${PACKAGE}`),
      new RegExp(String.raw`Could not resolve ${PACKAGE}`),
    ],
  },
  {
    class: "missing_dependency",
    tool: "Python",
    patterns: [/^\W*(?:E\s+)?ModuleNotFoundError: No module named /m, /\bDistributionNotFound: The '/],
  },
  {
    class: "missing_dependency",
    tool: "Go",
    patterns: [
      /no required module provides package /,
      /cannot find package "[^".][^"]*"/,
      /missing go\.sum entry for module/,
      /package \S+ is not in (?:std|GOROOT)/,
    ],
  },
  {
    class: "missing_dependency",
    tool: "Rust",
    patterns: [
      /use of (?:unresolved module or unlinked crate|undeclared crate or module) `/,
      /^error\[E0463\]: can't find crate for `/m,
      /^error: no matching package named `/m,
      /maybe a missing crate `/,
    ],
  },
  {
    class: "missing_dependency",
    tool: "Java",
    patterns: [
      /\berror: package [\w.]+ does not exist$/m,
      /Could not resolve (?:dependencies for project|all (?:files|dependencies|artifacts) for configuration)/,
    ],
  },
  {
    class: "missing_dependency",
    tool: "Ruby",
    patterns: [/cannot load such file -- (?![./])\S+ \(LoadError\)/, /Could not find gem '/],
  },
  {
    class: "missing_dependency",
    tool: "shells",
    patterns: [/^\S*sh: (?:line )?\d+: \S+: (?:command )?not found$/m, /^\S*sh: \S+: command not found$/m],
  },
  {
    class: "syntax",
    tool: "JavaScript engines, Babel, Prettier, Python",
    patterns: [
      /^\W*(?:E\s+)?(?:\[error\] )?(?:\S+\.\w+: )?(?:Uncaught )?SyntaxError: (?!.*(?:\bJSON\b|does not provide an export))/m,
    ],
  },
  { class: "syntax", tool: "TypeScript", patterns: [/\berror TS1\d{3}: /] },
  {
    class: "syntax",
    tool: "ESLint, esbuild, Rollup",
    patterns: [
      /\bParsing error: /,
      /\[ERROR\] (?:Expected .* but found|Unexpected |Unterminated |Syntax error)/,
      /\bParse failure: /,
    ],
  },
  {
    class: "syntax",
    tool: "npm, Node.js (package.json)",
    patterns: [/\bEJSONPARSE\b/, /\bERR_INVALID_PACKAGE_CONFIG\b/],
  },
  { class: "syntax", tool: "Python", patterns: [/^\W*(?:E\s+)?(?:IndentationError|TabError): /m] },
  { class: "syntax", tool: "Go", patterns: [/^\S+\.go:\d+:\d+: (?:syntax error: |expected )/m] },
  {
    class: "syntax",
    tool: "Rust",
    patterns: [
      /^error: (?:expected .*found|unexpected |mismatched closing|unterminated|unknown start|this file contains an unclosed).*\n\s*--> \S+\.rs:/m,
    ],
  },
  {
    class: "syntax",
    tool: "Java",
    patterns: [
      /\.java:\d+: error: (?:(?:'.{1,10}'|<identifier>|class, interface.*) expected|illegal start of|reached end of file while parsing|not a statement|unclosed )/,
    ],
  },
  { class: "syntax", tool: "shells", patterns: [/^\S+: (?:line )?\d+: [Ss]yntax error/m] },
];
