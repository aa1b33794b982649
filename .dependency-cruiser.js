/**
 * The rooms of `src/` and who may import whom, as docs/architecture.md has them. A room that is not listed here may be
 * imported by nobody.
 */
const rooms = {
  domain: [],
  markdown: [],
  commands: ["domain", "markdown"],
  config: ["domain", "markdown"],
  gates: ["domain"],
  prompts: ["domain", "config", "markdown"],
  projections: ["domain", "commands", "markdown"],
  ports: ["domain"],
  store: ["domain"],
  engine: ["domain", "store"],
  inbox: ["commands", "config", "domain", "ports", "store", "engine"],
  jobs: ["domain", "config", "ports", "store", "engine", "projections", "gates", "prompts"],
  adapters: ["domain", "config", "ports"],
  web: ["store", "projections", "inbox", "engine", "domain", "config"],
  cli: ["config", "store", "projections", "domain", "commands", "prompts"],
};

/** The top of `src/`: what composes the rooms, and what only composes may import. */
const composers = "^src/(app|main|doctor|agentPrograms)\\.ts$";

const forbidden = Object.entries(rooms).map(([room, allowed]) => ({
  name: `${room}-imports`,
  comment: `src/${room} may import ${allowed.length === 0 ? "nothing but itself" : allowed.join(", ")}`,
  severity: "error",
  from: { path: `^src/${room}/` },
  to: {
    path: "^(src|test|bench|migrations)/",
    pathNot: [
      `^src/${room}/`,
      ...allowed.map((other) => `^src/${other}/`),
      ...(room === "cli" ? [composers, "^migrations/"] : []),
    ],
  },
}));

// eslint-disable-next-line import/no-default-export -- dependency-cruiser reads the default export
export default {
  forbidden: [
    ...forbidden,
    {
      name: "domain-is-pure",
      comment: "src/domain imports no package and nothing of Node",
      severity: "error",
      from: { path: "^src/domain/" },
      to: { dependencyTypes: ["core", "npm", "npm-dev", "npm-optional", "npm-peer", "npm-no-pkg", "npm-unknown"] },
    },
    {
      name: "pure-rooms-do-no-io",
      comment: "commands, config and projections decide; they do not read or write",
      severity: "error",
      from: { path: "^src/(commands|config|projections|markdown)/" },
      to: { dependencyTypes: ["core"], pathNot: "^(node:)?crypto$" },
    },
    {
      name: "tests-stay-outside",
      severity: "error",
      from: { path: "^(src|migrations)/" },
      to: { path: "^(test|bench)/" },
    },
    {
      name: "no-dev-dependencies",
      comment: "what src imports must be installed in production",
      severity: "error",
      from: { path: "^(src|migrations)/" },
      to: { dependencyTypes: ["npm-dev", "npm-no-pkg"] },
    },
    {
      name: "no-cycles",
      severity: "error",
      from: { path: "^(src|migrations|test|bench)/" },
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    },
    { name: "no-unresolved", severity: "error", from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "require", "node", "default", "types"],
    },
    cache: { folder: "node_modules/.cache/dependency-cruiser", strategy: "content" },
  },
};
