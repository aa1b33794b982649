import { generateKeyPairSync } from "node:crypto";
import { expect, test } from "vitest";
import { InvalidEnvironment, parseEnvironment } from "../../src/config/environment.ts";
import { modelSettings, NO_MODELS } from "../../src/config/modelSettings.ts";
import { NO_POLICY } from "../../src/domain/strategy/overrides.ts";

const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
const pkcs1 = rsa.export({ type: "pkcs1", format: "pem" }).toString();
const pkcs8 = rsa.export({ type: "pkcs8", format: "pem" }).toString();
const app = { APP_ID: "123", PRIVATE_KEY: pkcs1, WEBHOOK_SECRET: "s3cret" };

function noFile(path: string): string {
  throw new Error(`ENOENT: no such file or directory, open '${path}'`);
}

function problemsOf(variables: Record<string, string>, readText = noFile): readonly string[] {
  try {
    parseEnvironment(variables, readText);
  } catch (error) {
    if (error instanceof InvalidEnvironment) return error.problems;
    throw error;
  }
  return [];
}

test("an empty environment means set-up, with the defaults", () => {
  expect(parseEnvironment({}, noFile)).toEqual({
    databaseUrl: undefined,
    credentials: { kind: "setup" },
    host: "localhost",
    port: 3000,
    logLevel: "info",
    logFormat: "pretty",
    webhookProxyUrl: undefined,
    webhookPath: "/api/github/webhooks",
    apiToken: undefined,
    github: { apiUrl: "https://api.github.com", webUrl: "https://github.com", writesPerSecond: 1 },
    sandbox: "bubblewrap",
    docker: { host: undefined, image: undefined },
    dataDir: ".autopack",
    workerConcurrency: 4,
    policyFile: undefined,
    policy: NO_POLICY,
    models: modelSettings(NO_MODELS, {}),
    egress: { hosts: [], internal: [] },
    retention: { heartbeatHours: 24, deliveryDays: 30, branchDays: 30 },
  });
});

test("empty variables count as not set", () => {
  const environment = parseEnvironment({ APP_ID: "", PRIVATE_KEY: "", WEBHOOK_SECRET: "", PORT: "" }, noFile);
  expect(environment).toMatchObject({ credentials: { kind: "setup" }, port: 3000 });
});

test.each([
  ["PKCS#1 as GitHub makes it", pkcs1],
  ["PKCS#8", pkcs8],
  ["with \\n for its line ends", pkcs1.replaceAll("\n", "\\n")],
  ["in one line with spaces", pkcs1.trim().replaceAll("\n", " ")],
  ["in base64", Buffer.from(pkcs1).toString("base64")],
  ["with Windows line ends", pkcs1.replaceAll("\n", "\r\n")],
])("a private key is accepted: %s", (_, key) => {
  const { credentials } = parseEnvironment({ ...app, PRIVATE_KEY: key }, noFile);
  expect(credentials).toEqual({ kind: "app", appId: 123, privateKey: pkcs8, webhookSecret: "s3cret" });
});

test("the private key is read from PRIVATE_KEY_PATH, unless PRIVATE_KEY is set too", () => {
  const { PRIVATE_KEY: _, ...rest } = app;
  const fromFile = parseEnvironment({ ...rest, PRIVATE_KEY_PATH: "key.pem" }, (path) => {
    expect(path).toBe("key.pem");
    return pkcs1;
  });
  expect(fromFile.credentials).toMatchObject({ privateKey: pkcs8 });
  expect(parseEnvironment({ ...app, PRIVATE_KEY_PATH: "key.pem" }, noFile).credentials).toMatchObject({ kind: "app" });
});

test("half an App is refused, each missing part named", () => {
  expect(problemsOf({ APP_ID: "123" })).toEqual([
    expect.stringMatching(/^PRIVATE_KEY is missing: set it, or PRIVATE_KEY_PATH/),
    expect.stringMatching(/^WEBHOOK_SECRET is missing/),
  ]);
  expect(problemsOf({ WEBHOOK_SECRET: "s3cret" })).toHaveLength(2);
});

test("credentials without a webhook secret are refused, and so is Probot's default", () => {
  const { WEBHOOK_SECRET: _, ...rest } = app;
  expect(problemsOf(rest)).toEqual([expect.stringMatching(/^WEBHOOK_SECRET is missing/)]);
  expect(problemsOf({ ...rest, WEBHOOK_SECRET: "development" })).toEqual([
    expect.stringMatching(/^WEBHOOK_SECRET must not be Probot's well-known default/),
  ]);
});

test("everything that is wrong is said at once, by name, with what to do", () => {
  const problems = problemsOf({
    DATABASE_URL: "mysql://localhost/x",
    APP_ID: "my-app",
    PORT: "70000",
    LOG_LEVEL: "loud",
    WEBHOOK_PROXY_URL: "smee",
    WEBHOOK_PATH: "hooks",
    GHE_HOST: "https://github.acme.com",
    GHE_PROTOCOL: "gopher",
    AUTOPACK_GITHUB_WRITES_PER_SECOND: "-1",
    AUTOPACK_SANDBOX: "chroot",
    AUTOPACK_WORKER_CONCURRENCY: "0",
    AUTOPACK_RETENTION_BRANCH_DAYS: "0",
  });
  expect(problems).toEqual([
    "DATABASE_URL must be a postgres:// address; unset it to use the built-in PostgreSQL",
    "APP_ID must be the App's number, as its settings page on GitHub shows it",
    "PORT must be a whole number from 0 to 65535",
    "LOG_LEVEL must be one of: trace, debug, info, warn, error, fatal, silent",
    "WEBHOOK_PROXY_URL must be an http(s) address, such as a channel of https://smee.io",
    "WEBHOOK_PATH must be a path that starts with /",
    "GHE_HOST must be a host name, without https:// and path",
    "GHE_PROTOCOL must be one of: https, http",
    "AUTOPACK_GITHUB_WRITES_PER_SECOND must be a number from 0 to 100",
    "AUTOPACK_SANDBOX must be one of: bubblewrap, docker, none",
    "AUTOPACK_WORKER_CONCURRENCY must be a whole number from 1 to 100",
    "AUTOPACK_RETENTION_BRANCH_DAYS must be a whole number from 1 to 3650",
  ]);
});

test("what is no key is refused without repeating it", () => {
  const elliptic = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
  const wrong = ["hunter2", elliptic.export({ type: "pkcs8", format: "pem" }).toString(), pkcs1.slice(0, 200)];
  for (const key of wrong) {
    const problems = problemsOf({ ...app, PRIVATE_KEY: key });
    expect(problems).toEqual([expect.stringMatching(/^PRIVATE_KEY holds no RSA private key/)]);
    expect(problems.join()).not.toContain(key.slice(0, 7));
  }
  const { PRIVATE_KEY: _, ...rest } = app;
  expect(problemsOf({ ...rest, PRIVATE_KEY_PATH: "gone.pem" })).toEqual([
    expect.stringMatching(/^PRIVATE_KEY_PATH cannot be read: ENOENT/),
  ]);
});

test("GitHub Enterprise Server is named by GHE_HOST and GHE_PROTOCOL", () => {
  const { github } = parseEnvironment({ GHE_HOST: "127.0.0.1:4080", GHE_PROTOCOL: "http" }, noFile);
  expect(github).toEqual({
    apiUrl: "http://127.0.0.1:4080/api/v3",
    webUrl: "http://127.0.0.1:4080",
    writesPerSecond: 1,
  });
});

test("logs are JSON in production, unless LOG_FORMAT says otherwise", () => {
  expect(parseEnvironment({ NODE_ENV: "production" }, noFile).logFormat).toBe("json");
  expect(parseEnvironment({ NODE_ENV: "production", LOG_FORMAT: "pretty" }, noFile).logFormat).toBe("pretty");
});

test("the policy is read from AUTOPACK_POLICY", () => {
  const { policy, policyFile } = parseEnvironment({ AUTOPACK_POLICY: "policy.yml" }, (path) => {
    expect(path).toBe("policy.yml");
    return "version: 1\nattempts: 3\naudit_required: true\nbudgets: { day: { cost_usd: 50.5 } }\n";
  });
  expect(policyFile).toBe("policy.yml");
  expect(policy).toEqual({
    ...NO_POLICY,
    attempts: 3,
    auditRequired: true,
    budgets: { day: { cost_usd: 50.5 } },
  });
});

test("a policy may limit how many runs start", () => {
  const text = "version: 1\nstarts_per_issue_hour: 2\nstarts_per_repository_hour: 4\n";
  const { policy } = parseEnvironment({ AUTOPACK_POLICY: "policy.yml" }, () => text);
  expect(policy).toEqual({ ...NO_POLICY, startsPerIssueHour: 2, startsPerRepositoryHour: 4 });
  expect(policyProblems("version: 1\nstarts_per_issue_hour: 0\n")).toHaveLength(1);
});

function policyProblems(text: string): readonly string[] {
  return problemsOf({ AUTOPACK_POLICY: "policy.yml" }, () => text);
}

test("a policy that is not there, or wrong, stops the start and shows the lines", () => {
  expect(problemsOf({ AUTOPACK_POLICY: "gone.yml" })).toEqual([
    expect.stringMatching(/^AUTOPACK_POLICY cannot be read: ENOENT/),
  ]);
  expect(policyProblems("version: 1\nmax_paralel: 2\nseconds: 1\nbudgets: { run: { token: 5 } }\n")).toEqual([
    "AUTOPACK_POLICY policy.yml:2:1: There is no key `max_paralel`: did you mean `max_parallel`?",
    "AUTOPACK_POLICY policy.yml:3:10: `seconds` must be at least 60.",
    "AUTOPACK_POLICY policy.yml:4:19: There is no key `budgets.run.token`: did you mean `tokens`?",
  ]);
  expect(policyProblems("")).toEqual([expect.stringContaining("policy.yml:1:1: The document must be a mapping")]);
});
