import type { TouchedPath } from "../phase.ts";

const WORD = /[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+/g;

/** The words of a path in lower case, split at separators and humps: `src/authGuard.ts` → src, auth, guard, ts. */
export function wordsOf(path: string): readonly string[] {
  return (path.match(WORD) ?? []).map((word) => word.toLowerCase());
}

/** Prose and pictures, which cannot do anything. */
export function isDocument(path: string): boolean {
  if (isLockfile(path)) return false;
  return (
    /\.(?:md|mdx|rst|adoc|asciidoc|txt|png|jpe?g|gif|svg|webp)$/i.test(path) ||
    /(?:^|\/)(?:LICENSE|NOTICE|README|CHANGELOG|AUTHORS|CONTRIBUTING|COPYING)$/.test(path)
  );
}

/** A test by its own name, wherever it lies. */
export function isNamedTest(path: string): boolean {
  return /[._-](?:test|spec|tests|specs)\.[a-z]+$|(?:^|\/)test_[^/]+\.py$|(?:Test|Tests|Spec)\.[a-z]+$/.test(path);
}

/** A test, or what lies in a folder of tests. */
export function isTestPath(path: string): boolean {
  return isNamedTest(path) || /(?:^|\/)(?:tests?|__tests__|spec|e2e|fixtures|__snapshots__)\//.test(path);
}

/** Database schemas, migrations, and contracts between programs. */
export function isSchema(path: string): boolean {
  return (
    /(?:^|\/)migrations?\//i.test(path) ||
    /\.(?:sql|prisma|proto|avsc|thrift|xsd|wsdl|fbs|graphqls?|gql)$/i.test(path) ||
    /(?:^|\/)(?:openapi|swagger|asyncapi)[^/]*\.(?:ya?ml|json)$/i.test(path) ||
    /(?:^|[/.])schema\.(?:rb|json|ya?ml|xml)$/i.test(path)
  );
}

const SECURITY_WORDS = new Set(
  "auth authn authz oauth oidc saml sso login logout signin signup session sessions password passwords passwd credential credentials permission permissions acl rbac crypto cryptography cipher encryption decryption jwt csrf xsrf secret secrets authenticate authenticated authentication authenticator authorize authorized authorization authoriser authorizer".split(
    " ",
  ),
);

/** Code that lets people in, or keeps secrets. Judged by its name: prose about it, and tests of it, are not it. */
export function isSecurity(path: string): boolean {
  return !isDocument(path) && !isNamedTest(path) && wordsOf(path).some((word) => SECURITY_WORDS.has(word));
}

/** Somebody else's code inside the repository. */
export function isForeign(path: string): boolean {
  return (
    /(?:^|\/)(?:vendor|vendored|third[-_]?party|node_modules|Pods)\//i.test(path) || /(?:^|\/)\.gitmodules$/.test(path)
  );
}

/** What pins the dependencies. */
export function isLockfile(path: string): boolean {
  return /(?:^|\/)(?:package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|bun\.lockb?|deno\.lock|go\.sum|Cargo\.lock|poetry\.lock|uv\.lock|pdm\.lock|Pipfile\.lock|Gemfile\.lock|composer\.lock|mix\.lock|pubspec\.lock|Podfile\.lock|gradle\.lockfile|packages\.lock\.json|requirements[^/]*\.txt)$/.test(
    path,
  );
}

/** What names the dependencies. `requirements.txt` does both. */
export function isManifest(path: string): boolean {
  return /(?:^|\/)(?:package\.json|deno\.jsonc?|go\.mod|Cargo\.toml|pyproject\.toml|Pipfile|Gemfile|[^/]+\.gemspec|composer\.json|mix\.exs|pubspec\.yaml|Podfile|build\.gradle(?:\.kts)?|[^/]+\.csproj|requirements[^/]*\.txt)$/.test(
    path,
  );
}

/** A file that lists others: indexes, registries, routing tables. A new one lists what is new; a changed one may lose something. */
export function isChangedIndex({ path, operation }: TouchedPath): boolean {
  if (operation === "create" || isDocument(path) || isNamedTest(path)) return false;
  return (
    /(?:^|\/)(?:index\.[cm]?[jt]sx?|__init__\.py|mod\.rs|urls\.py)$/.test(path) ||
    /(?:^|\/)(?:[a-z]+[-_.])?(?:registry|routes|router|routing|barrel)\.[a-z]+$/i.test(path) ||
    /[a-z](?:Registry|Routes|Router|Routing)\.[a-z]+$/.test(path)
  );
}
