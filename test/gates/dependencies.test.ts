import { expect, test } from "vitest";
import type { Objection } from "../../src/domain/objection.ts";
import type { GateContext } from "../../src/gates/context.ts";
import { judgeDependencies } from "../../src/gates/dependencies/judgeDependencies.ts";
import { lookAlike } from "../../src/gates/dependencies/lookAlike.ts";
import { manifestReader } from "../../src/gates/dependencies/readManifest.ts";
import { changed, context } from "./changedFixture.ts";

function names(path: string, text: string): readonly string[] {
  return (manifestReader(path)?.(text) ?? []).map(({ name, spec, line }) => `${line} ${name} ${spec}`.trim());
}

test("manifests of each language are read, with the lines", () => {
  expect(
    names(
      "web/package.json",
      '{\n  "dependencies": {\n    "react": "^19.0.0"\n  },\n  "devDependencies": { "vite": "*" }\n}',
    ),
  ).toEqual(["3 react ^19.0.0", "5 vite *"]);
  expect(
    names(
      "requirements-dev.txt",
      "# all\nrequests[socks]>=2,<3 ; python_version < '3.9'\nPy_YAML==6.0 --hash=sha256:ab\n-r other.txt\ngit+https://example.net/x.git\nfoo @ https://example.net/foo.zip\n",
    ),
  ).toEqual([
    "2 requests >=2,<3",
    "3 py-yaml ==6.0",
    "5 git+https://example.net/x.git git+https://example.net/x.git",
    "6 foo https://example.net/foo.zip",
  ]);
  expect(
    names(
      "pyproject.toml",
      '[project]\nname = "x" # a name\ndependencies = [\n  "httpx[http2]>=0.27", # why\n  "rich",\n]\n[project.optional-dependencies]\ndev = ["pytest>=8"]\n[tool.poetry.dependencies]\npython = "^3.12"\nflask = { version = "^3", extras = ["async"] }\nmine = { git = "https://example.net/mine.git" }\n[tool.ruff]\nline-length = 100\n',
    ),
  ).toEqual(["4 httpx >=0.27", "5 rich", "8 pytest >=8", "11 flask ^3", "12 mine git https://example.net/mine.git"]);
  expect(
    names(
      "crates/a/Cargo.toml",
      '[package]\nname = "a"\n[dependencies]\nserde = { version = "1", features = ["derive"] }\nanyhow = "1"\n[target.\'cfg(unix)\'.dependencies]\nnix = "0.29"\n[dev-dependencies.proptest]\nversion = "1"\ngit = "https://example.net/p"\n',
    ),
  ).toEqual(["4 serde 1", "5 anyhow 1", "7 nix 0.29", "9 proptest 1", "10 proptest git https://example.net/p"]);
  expect(
    names(
      "go.mod",
      "module x\n\nrequire github.com/a/b v1.2.3\nrequire (\n\tgithub.com/c/d v0.1.0 // indirect\n)\nreplace github.com/a/b => ../b\n",
    ),
  ).toEqual(["3 github.com/a/b v1.2.3", "5 github.com/c/d v0.1.0", "7 github.com/a/b (replaced) path ../b"]);
  expect(
    names(
      "pom.xml",
      "<project>\n<!-- <dependency><artifactId>no</artifactId></dependency> -->\n<dependency>\n<groupId>org.x</groupId>\n<artifactId>y</artifactId><version>1</version>\n</dependency></project>",
    ),
  ).toEqual(["3 org.x:y 1"]);
  expect(
    names(
      "app/build.gradle.kts",
      'dependencies {\n  implementation("org.x:y:1.0")\n  // api("org.x:no:1")\n  testImplementation(platform("org.x:bom:+"))\n}',
    ),
  ).toEqual(["2 org.x:y 1.0", "4 org.x:bom +"]);
  expect(manifestReader("src/package.json.ts")).toBeNull();
});

test.each([
  ["npm", "raect", "react"],
  ["npm", "lodahs", "lodash"],
  ["npm", "expresss", "express"],
  ["npm", "cross_env", "cross-env"],
  ["npm", "@bable/core", "@babel/core"],
  ["pypi", "reqeusts", "requests"],
  ["pypi", "djang0", "django"],
  ["pypi", "python-dateutill", "python-dateutil"],
] as const)("%s: %s could be taken for %s", async (ecosystem, name, known) => {
  expect(await lookAlike(ecosystem, name)).toBe(known);
});

test.each([
  ["npm", "react"],
  ["npm", "preact"],
  ["npm", "@types/node"],
  ["npm", "@acme/widgets"],
  ["npm", "acme-widget-toolkit"],
  ["pypi", "requests"],
  ["pypi", "acme-billing"],
  ["cargo", "serdee"],
] as const)("%s: %s is itself", async (ecosystem, name) => {
  expect(await lookAlike(ecosystem, name)).toBeNull();
});

const EMPTY = '{\n  "dependencies": {}\n}\n';

async function judged(after: string, more: Partial<GateContext> = {}): Promise<readonly string[]> {
  return rules(await judgeDependencies([changed("package.json", EMPTY, after)], context(more)));
}

function rules(objections: readonly Objection[]): readonly string[] {
  return objections.map(({ rule, level, lines }) => `${rule} ${level} ${lines?.start ?? "-"}`);
}

function manifest(dependencies: object, scripts: object = {}): string {
  return `${JSON.stringify({ scripts, dependencies }, null, 2)}\n`;
}

test("a new package warns, blocks where the category is strict, and is fine where the plan names it", async () => {
  expect(await judged(manifest({ react: "19.0.0" }))).toEqual(["new_package warns 4"]);
  expect(await judged(manifest({ react: "19.0.0" }), { isStrict: true })).toEqual(["new_package blocks 4"]);
  expect(await judged(manifest({ react: "19.0.0" }), { isStrict: true, planText: "Use `react`." })).toEqual([]);
  expect(await judged(manifest({ react: "19.0.0" }), { planText: "Use react-dom." })).toEqual(["new_package warns 4"]);
});

test("a look-alike blocks even where the plan names it", async () => {
  expect(await judged(manifest({ lodahs: "4.0.0" }), { planText: "Use lodahs" })).toEqual(["look_alike blocks 4"]);
});

test("addresses, open versions and install scripts", async () => {
  expect(
    await judged(
      manifest({
        a: "git+https://u:p4ss@example.net/a.git",
        b: "file:../b",
        c: "acme/c",
        d: "https://example.net/d.tgz",
      }),
    ),
  ).toEqual([
    "address_instead_of_version blocks 4",
    "path_instead_of_version warns 5",
    "address_instead_of_version blocks 6",
    "address_instead_of_version blocks 7",
  ]);
  expect(await judged(manifest({ react: "*" }), { planText: "react" })).toEqual(["open_version warns 4"]);
  expect(await judged(manifest({}, { postinstall: "node x.js", test: "vitest" }))).toEqual(["install_script blocks 3"]);
  const found = await judgeDependencies(
    [changed("package.json", EMPTY, manifest({ a: "git+https://u:p4ss@example.net/a.git" }))],
    context(),
  );
  expect(JSON.stringify(found)).not.toContain("p4ss");
});

test("a widened range is seen, a narrowed one is not", async () => {
  const widened = [changed("package.json", manifest({ react: "^19.0.0" }), manifest({ react: "latest" }))];
  expect(rules(await judgeDependencies(widened, context()))).toEqual(["open_version warns 4"]);
  const renewed = [changed("package.json", manifest({ react: "*" }), manifest({ react: "^19.1.0" }))];
  expect(await judgeDependencies(renewed, context())).toEqual([]);
});

test("a lockfile that does not follow, and one that moves alone", async () => {
  const bump = changed("web/package.json", manifest({ react: "18.0.0" }), manifest({ react: "19.0.0" }));
  const lock = changed("package-lock.json", "{}\n", '{ "a": 1 }\n');
  const at = context({ lockfiles: ["package-lock.json"] });
  expect(rules(await judgeDependencies([bump], at))).toEqual(["lock_behind warns 4"]);
  expect(rules(await judgeDependencies([bump, lock], at))).toEqual([]);
  expect(rules(await judgeDependencies([lock], at))).toEqual(["lock_without_manifest warns -"]);
  expect(rules(await judgeDependencies([bump], context()))).toEqual([]);
  const words = changed("web/package.json", manifest({}, { test: "a" }), manifest({}, { test: "b" }));
  expect(await judgeDependencies([words], at)).toEqual([]);
});

function npmLock(packages: object): string {
  return `${JSON.stringify({ lockfileVersion: 3, packages }, null, 1)}\n`;
}

test("a lockfile's new lines: another source, no integrity, a script at the installation", async () => {
  const good = { version: "1.0.0", resolved: "https://registry.npmjs.org/a/-/a-1.0.0.tgz", integrity: "sha512-x" };
  const after = npmLock({
    "": { name: "x" },
    "node_modules/a": good,
    "node_modules/b": { ...good, resolved: "https://evil.example/b.tgz" },
    "node_modules/c": { version: "1.0.0", resolved: "https://registry.npmjs.org/c/-/c-1.0.0.tgz" },
    "node_modules/d": { ...good, hasInstallScript: true },
    "node_modules/e": { version: "1.0.0", resolved: "git+ssh://git@example.net/e.git#abc" },
  });
  const files = [
    changed("package.json", "{}\n", "{ }\n"),
    changed("package-lock.json", npmLock({ "node_modules/a": good }), after),
  ];
  const found = await judgeDependencies(files, context());
  expect(found.map(({ rule, level, message }) => `${rule} ${level} ${/`[^`]+`/.exec(message)?.[0]}`)).toEqual([
    "lock_other_source blocks `evil.example`",
    "lock_other_source blocks `git+ssh://example.net/e.git`",
    "lock_without_integrity blocks `integrity`",
    "lock_install_script warns `d@1.0.0`",
  ]);
});

test("other lockfiles may not change where they take things from either", async () => {
  const cargo = changed(
    "Cargo.lock",
    'source = "registry+https://github.com/rust-lang/crates.io-index"\n',
    'source = "registry+https://github.com/rust-lang/crates.io-index"\nsource = "git+https://example.net/x?rev=1#abc"\n',
  );
  const yarn = changed("yarn.lock", "# yarn\n", '# yarn\n  resolved "https://mirror.example/a.tgz#1"\n');
  const both = await judgeDependencies([cargo, yarn], context());
  expect(both.filter(({ rule }) => rule === "lock_other_source").map(({ path }) => path)).toEqual([
    "Cargo.lock",
    "yarn.lock",
  ]);
});
