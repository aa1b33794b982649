import { z } from "zod";
import { NO_POLICY } from "../domain/strategy/overrides.ts";
import type { Policy } from "../domain/strategy/overrides.ts";
import { modelSettings, NO_MODELS } from "./modelSettings.ts";
import type { ModelSettings, ModelsInput } from "./modelSettings.ts";
import { parsePrivateKey } from "./privateKey.ts";
import { readPolicy } from "./readPolicy.ts";
import type { EgressPolicy } from "./readPolicy.ts";

/** What the operator set by environment variables; everything but the credentials has a default. */
export interface Environment {
  /** Absent: Autopack starts the PostgreSQL that comes with it. */
  readonly databaseUrl: string | undefined;
  readonly credentials: Credentials;
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  readonly logLevel: z.infer<typeof logLevels>;
  readonly logFormat: "pretty" | "json";
  /** A channel of smee.io or the like, for a machine that GitHub cannot reach. */
  readonly webhookProxyUrl: string | undefined;
  readonly webhookPath: string;
  /** Opens the HTTP API to whoever has it. Absent: there is none. */
  readonly apiToken: string | undefined;
  readonly github: GitHubAddress & {
    /** To each installation, by all workers together. 0 for a GitHub Enterprise Server without rate limits. */
    readonly writesPerSecond: number;
  };
  readonly sandbox: "bubblewrap" | "docker" | "none";
  /** For the sandbox `docker`. */
  readonly docker: { readonly host: string | undefined; readonly image: string | undefined };
  /** Folder of everything that Autopack keeps on this machine. */
  readonly dataDir: string;
  /** Jobs of each long kind (build, check, audit, verify) that a worker runs at one time. */
  readonly workerConcurrency: number;
  readonly retention: Retention;
  /** The file that `policy` came from; absent: there is none, and nothing is limited. */
  readonly policyFile: string | undefined;
  /** Ceilings that no repository gets past. */
  readonly policy: Policy;
  /** Who answers agents, with the keys. */
  readonly models: ModelSettings;
  /** Where set-up and install steps may go on the network. */
  readonly egress: EgressPolicy;
}

/** How long a sweep leaves things alone. */
export interface Retention {
  readonly heartbeatHours: number;
  /** From when a webhook came in. */
  readonly deliveryDays: number;
  /** From the end of a run that did not land. */
  readonly branchDays: number;
}

/** `setup`: there is no GitHub App yet. The key is PKCS#8 in PEM. */
export type Credentials =
  | { readonly kind: "setup" }
  | { readonly kind: "app"; readonly appId: number; readonly privateKey: string; readonly webhookSecret: string };

export interface GitHubAddress {
  /** As in `https://api.github.com`; GitHub Enterprise Server has it under `/api/v3`. */
  readonly apiUrl: string;
  /** As in `https://github.com`. */
  readonly webUrl: string;
}

/** Says of each wrong variable what to do. Never contains the value of a secret. */
export class InvalidEnvironment extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`reading the environment: ${problems.join("; ")}`);
    this.name = "InvalidEnvironment";
    this.problems = problems;
  }
}

const logLevels = z.enum(["trace", "debug", "info", "warn", "error", "fatal", "silent"]);

const schema = z.object({
  DATABASE_URL: z
    .url({
      protocol: /^postgres(ql)?$/,
      error: "must be a postgres:// address; unset it to use the built-in PostgreSQL",
    })
    .optional(),
  APP_ID: z
    .string()
    .regex(/^[1-9]\d*$/, "must be the App's number, as its settings page on GitHub shows it")
    .transform(Number)
    .optional(),
  PRIVATE_KEY: z.string().optional(),
  PRIVATE_KEY_PATH: z.string().optional(),
  WEBHOOK_SECRET: z
    .string()
    .refine((secret) => secret !== "development", {
      error: "must not be Probot's well-known default; set a random one, here and in the App's settings on GitHub",
    })
    .optional(),
  HOST: z.string().default("localhost"),
  PORT: wholeNumber("3000", { min: 0, max: 65_535 }),
  LOG_LEVEL: logLevels.default("info"),
  LOG_FORMAT: z.enum(["pretty", "json"]).optional(),
  NODE_ENV: z.string().optional(),
  WEBHOOK_PROXY_URL: z
    .url({ protocol: /^https?$/, error: "must be an http(s) address, such as a channel of https://smee.io" })
    .optional(),
  WEBHOOK_PATH: z
    .string()
    .regex(/^\/[\w\-./]*$/, "must be a path that starts with /")
    .default("/api/github/webhooks"),
  GHE_HOST: z
    .string()
    .regex(/^[\w.-]+(:\d+)?$/, "must be a host name, without https:// and path")
    .optional(),
  GHE_PROTOCOL: z.enum(["https", "http"]).default("https"),
  ANTHROPIC_BASE_URL: modelAddress(),
  OPENAI_BASE_URL: modelAddress(),
  GEMINI_BASE_URL: modelAddress(),
  AUTOPACK_API_TOKEN: z
    .string()
    .regex(/^[\x21-\x7e]{32,}$/, "must have at least 32 characters, without spaces: `openssl rand -hex 32` makes one")
    .optional(),
  AUTOPACK_GITHUB_WRITES_PER_SECOND: numberFrom("1", { min: 0, max: 100 }),
  AUTOPACK_SANDBOX: z.enum(["bubblewrap", "docker", "none"]).default("bubblewrap"),
  AUTOPACK_DOCKER_HOST: z
    .string()
    .regex(/^(unix:\/\/\/|\/|tcp:\/\/|https?:\/\/)/, "must be unix:///path/of/socket or tcp://host:port")
    .optional(),
  AUTOPACK_SANDBOX_IMAGE: z.string().optional(),
  AUTOPACK_DATA: z.string().default(".autopack"),
  AUTOPACK_WORKER_CONCURRENCY: wholeNumber("4", { min: 1, max: 100 }),
  AUTOPACK_POLICY: z.string().optional(),
  AUTOPACK_RETENTION_HEARTBEAT_HOURS: wholeNumber("24", { min: 1, max: 8760 }),
  AUTOPACK_RETENTION_DELIVERY_DAYS: wholeNumber("30", { min: 1, max: 3650 }),
  AUTOPACK_RETENTION_BRANCH_DAYS: wholeNumber("30", { min: 1, max: 3650 }),
});

function wholeNumber(usual: string, { min, max }: { readonly min: number; readonly max: number }) {
  const error = `must be a whole number from ${min} to ${max}`;
  return z.string().default(usual).transform(Number).pipe(z.int({ error }).min(min, { error }).max(max, { error }));
}

function modelAddress() {
  return z
    .url({ protocol: /^https?$/, error: "must be an http(s) address, as the provider's SDKs take it" })
    .optional();
}

/** A fraction is fine. */
function numberFrom(usual: string, { min, max }: { readonly min: number; readonly max: number }) {
  const error = `must be a number from ${min} to ${max}`;
  return z.string().default(usual).transform(Number).pipe(z.number({ error }).min(min, { error }).max(max, { error }));
}

type Variables = z.infer<typeof schema>;

/**
 * Parses the environment; an empty variable is one that is not set.
 *
 * No credentials at all means set-up. Some of them, but not all, is an error: half an App can only fail later. `readText`
 * reads the files of PRIVATE_KEY_PATH and AUTOPACK_POLICY. Throws `InvalidEnvironment` with everything that is wrong at once.
 */
export function parseEnvironment(
  variables: Readonly<Record<string, string | undefined>>,
  readText: (path: string) => string,
): Environment {
  const set = Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== undefined && value !== ""));
  const parsed = schema.safeParse(set);
  if (!parsed.success) throw new InvalidEnvironment(parsed.error.issues.map(sayIssue));
  const env = parsed.data;
  const { policy, models, egress } =
    env.AUTOPACK_POLICY === undefined ? NO_POLICY_FILE : loadPolicyFile(env.AUTOPACK_POLICY, readText);
  return {
    databaseUrl: env.DATABASE_URL,
    credentials: credentialsOf(env, readText),
    host: env.HOST,
    port: env.PORT,
    logLevel: env.LOG_LEVEL,
    logFormat: env.LOG_FORMAT ?? (env.NODE_ENV === "production" ? "json" : "pretty"),
    webhookProxyUrl: env.WEBHOOK_PROXY_URL,
    webhookPath: env.WEBHOOK_PATH,
    apiToken: env.AUTOPACK_API_TOKEN,
    github: { ...addressOf(env), writesPerSecond: env.AUTOPACK_GITHUB_WRITES_PER_SECOND },
    sandbox: env.AUTOPACK_SANDBOX,
    docker: { host: env.AUTOPACK_DOCKER_HOST, image: env.AUTOPACK_SANDBOX_IMAGE },
    dataDir: env.AUTOPACK_DATA,
    workerConcurrency: env.AUTOPACK_WORKER_CONCURRENCY,
    policyFile: env.AUTOPACK_POLICY,
    policy,
    models: modelSettings(models, set),
    egress,
    retention: {
      heartbeatHours: env.AUTOPACK_RETENTION_HEARTBEAT_HOURS,
      deliveryDays: env.AUTOPACK_RETENTION_DELIVERY_DAYS,
      branchDays: env.AUTOPACK_RETENTION_BRANCH_DAYS,
    },
  };
}

function sayIssue({ path, message, code, ...issue }: z.core.$ZodIssue): string {
  const name = path.join(".");
  if (code !== "invalid_value" || !("values" in issue)) return `${name} ${message}`;
  return `${name} must be one of: ${issue.values.join(", ")}`;
}

function credentialsOf(env: Variables, readText: (path: string) => string): Credentials {
  const { APP_ID: appId, WEBHOOK_SECRET: webhookSecret } = env;
  const hasKey = env.PRIVATE_KEY !== undefined || env.PRIVATE_KEY_PATH !== undefined;
  if (appId === undefined && !hasKey && webhookSecret === undefined) return { kind: "setup" };
  if (appId !== undefined && hasKey && webhookSecret !== undefined)
    return { kind: "app", appId, privateKey: privateKeyOf(env, readText), webhookSecret };
  const missing = [
    ...(appId === undefined ? ["APP_ID is missing: set it to the number on the App's settings page on GitHub"] : []),
    ...(hasKey ? [] : ["PRIVATE_KEY is missing: set it, or PRIVATE_KEY_PATH, to the App's private key (.pem)"]),
    ...(webhookSecret === undefined
      ? [
          "WEBHOOK_SECRET is missing: set it to the secret on the App's settings page, or nobody could tell GitHub from others",
        ]
      : []),
  ];
  throw new InvalidEnvironment(missing);
}

/** As in Probot, PRIVATE_KEY wins over PRIVATE_KEY_PATH. */
function privateKeyOf(env: Variables, readText: (path: string) => string): string {
  const { PRIVATE_KEY: inline, PRIVATE_KEY_PATH: path = "" } = env;
  const name = inline === undefined ? "PRIVATE_KEY_PATH" : "PRIVATE_KEY";
  const key = parsePrivateKey(inline ?? readFile("PRIVATE_KEY_PATH", path, readText));
  if (key !== undefined) return key;
  throw new InvalidEnvironment([
    `${name} holds no RSA private key: give the .pem file that GitHub made, whole, with \\n for its line ends, or in base64`,
  ]);
}

/** The policy in a file. Throws `InvalidEnvironment` with every problem's line; a server never starts without a policy it was given. */
export function loadPolicy(path: string, readText: (path: string) => string): Policy {
  return loadPolicyFile(path, readText).policy;
}

const NO_POLICY_FILE: PolicyFile = { policy: NO_POLICY, models: NO_MODELS, egress: { hosts: [], internal: [] } };

interface PolicyFile {
  readonly policy: Policy;
  readonly models: ModelsInput;
  readonly egress: EgressPolicy;
}

function loadPolicyFile(path: string, readText: (path: string) => string): PolicyFile {
  const result = readPolicy(readFile("AUTOPACK_POLICY", path, readText));
  if (result.kind === "ok") return result;
  const problems = result.problems.map(({ line, column, message }) => `${path}:${line}:${column}: ${message}`);
  throw new InvalidEnvironment(problems.map((problem) => `AUTOPACK_POLICY ${problem}`));
}

function readFile(variable: string, path: string, readText: (path: string) => string): string {
  try {
    return readText(path);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new InvalidEnvironment([`${variable} cannot be read: ${why}`]);
  }
}

function addressOf({ GHE_HOST: host, GHE_PROTOCOL: protocol }: Variables): GitHubAddress {
  if (host === undefined) return { apiUrl: "https://api.github.com", webUrl: "https://github.com" };
  return { apiUrl: `${protocol}://${host}/api/v3`, webUrl: `${protocol}://${host}` };
}
