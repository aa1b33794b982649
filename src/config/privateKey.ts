import { createPrivateKey } from "node:crypto";

const pemForm = /(-----BEGIN (?:RSA )?PRIVATE KEY-----)([\s\S]+?)(-----END (?:RSA )?PRIVATE KEY-----)/;

/**
 * An App's private key in the forms that people manage to put into an environment variable, and that Probot takes: the PEM
 * text, with `\n` or spaces for its line ends, or all of it in base64.
 *
 * Gives PKCS#8 in PEM; undefined when it is not an RSA key.
 */
export function parsePrivateKey(text: string): string | undefined {
  const [, begin, body, end] = pemForm.exec(asPem(text)) ?? [];
  if (begin === undefined || body === undefined || end === undefined) return undefined;
  try {
    const key = createPrivateKey([begin, body.replaceAll(/\s+/g, "\n").trim(), end].join("\n"));
    return key.asymmetricKeyType === "rsa" ? key.export({ type: "pkcs8", format: "pem" }).toString() : undefined;
  } catch {
    return undefined;
  }
}

function asPem(text: string): string {
  const plain = text.includes("-----BEGIN") ? text : Buffer.from(text, "base64").toString("latin1");
  return plain.replaceAll("\\n", "\n");
}
