import { createHmac, timingSafeEqual } from "node:crypto";

const form = /^sha256=([0-9a-f]{64})$/;

/** The hex digest of a well-formed `X-Hub-Signature-256`; anything else is no signature. */
export function signatureDigest(header: string | undefined): Buffer | undefined {
  const [, hex] = form.exec(header ?? "") ?? [];
  return hex === undefined ? undefined : Buffer.from(hex, "hex");
}

/** Compares in constant time, on the bytes as they came. */
export function isSignedWith(secret: string, digest: Buffer, bytes: Buffer): boolean {
  return timingSafeEqual(createHmac("sha256", secret).update(bytes).digest(), digest);
}
