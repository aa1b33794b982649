import { createPublicKey, generateKeyPair, randomBytes, verify } from "node:crypto";
import { promisify } from "node:util";
import { z } from "zod";
import type { Actor } from "./actor.ts";
import { Problem, badCredentials } from "./problem.ts";

interface Token {
  readonly actor: Actor;
  expiresAt: number;
}

/** Milliseconds; GitHub's installation tokens live an hour. */
const installationTokenLifetimeMs = 60 * 60 * 1000;

export interface Tokens {
  /** A person's token, the same one each time it is asked for. */
  user(login: string): string;
  installation(actor: Extract<Actor, { kind: "installation" }>): { readonly token: string; readonly expiresAt: string };
  /** @throws Problem 401 for a token that is unknown, revoked or expired */
  actorOf(token: string): Actor;
  revoke(token: string): void;
  /** Every installation token in use stops working, as after an outage or a change of permissions. */
  revokeInstallations(): void;
}

export function createTokens(app: { readonly id: number; readonly privateKey: string }): Tokens {
  const tokens = new Map<string, Token>();
  const users = new Map<string, string>();
  const publicKey = createPublicKey(app.privateKey);

  function issue(prefix: string, token: Token): string {
    const text = `${prefix}_${randomBytes(18).toString("hex")}`;
    tokens.set(text, token);
    return text;
  }

  return {
    user(login) {
      const known = users.get(login);
      if (known !== undefined) return known;
      const token = issue("ghp", { actor: { kind: "user", login }, expiresAt: Number.POSITIVE_INFINITY });
      users.set(login, token);
      return token;
    },
    installation(actor) {
      const expiresAt = Date.now() + installationTokenLifetimeMs;
      return { token: issue("ghs", { actor, expiresAt }), expiresAt: new Date(expiresAt).toISOString() };
    },
    actorOf(token) {
      if (token.split(".").length === 3) {
        verifyAppJwt(token, app.id, publicKey);
        return { kind: "app" };
      }
      const known = tokens.get(token);
      if (known === undefined || known.expiresAt <= Date.now()) throw badCredentials();
      return known.actor;
    },
    revoke: (token) => void tokens.delete(token),
    revokeInstallations() {
      for (const [text, token] of tokens) {
        if (token.actor.kind === "installation") tokens.delete(text);
      }
    },
  };
}

const jwtHeader = z.looseObject({ alg: z.string() });
const jwtClaims = z.looseObject({ iss: z.union([z.string(), z.number()]), iat: z.number(), exp: z.number() });

/** Seconds. GitHub refuses an `exp` further away than this. */
const longestJwtSeconds = 600;

/** Checks signature, issuer and times of an app's JWT the way GitHub words its refusals. */
function verifyAppJwt(token: string, appId: number, key: ReturnType<typeof createPublicKey>): void {
  const [header = "", claims = "", signature = ""] = token.split(".");
  const undecodable = new Problem(401, "A JSON web token could not be decoded");
  const parsedHeader = jwtHeader.safeParse(fromBase64Json(header));
  const parsed = jwtClaims.safeParse(fromBase64Json(claims));
  if (!parsedHeader.success || parsedHeader.data.alg !== "RS256" || !parsed.success) throw undecodable;
  const signed = verify("RSA-SHA256", Buffer.from(`${header}.${claims}`), key, Buffer.from(signature, "base64url"));
  if (!signed) throw undecodable;
  const seconds = Date.now() / 1000;
  const { iss, iat, exp } = parsed.data;
  if (String(iss) !== String(appId)) throw new Problem(404, "Integration not found");
  if (exp < seconds) throw new Problem(401, "'Expiration time' claim ('exp') must be a numeric value in the future");
  if (exp > seconds + longestJwtSeconds + 60)
    throw new Problem(401, "'Expiration time' claim ('exp') is too far in the future");
  if (iat > seconds + 60) throw new Problem(401, "'Issued at' claim ('iat') must be an Integer in the past");
}

function fromBase64Json(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, "base64url").toString("utf8"));
  } catch {
    return undefined;
  }
}

let sharedKey: Promise<string> | undefined;

/** One RSA key for all worlds of a process: making one takes longer than everything else at the start. */
export function processPrivateKey(): Promise<string> {
  sharedKey ??= generatePrivateKey();
  return sharedKey;
}

async function generatePrivateKey(): Promise<string> {
  const { privateKey } = await promisify(generateKeyPair)("rsa", {
    modulusLength: 2048,
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
    publicKeyEncoding: { type: "spki", format: "pem" },
  });
  return privateKey;
}
