import { expect, test } from "vitest";
import { judgeSecrets } from "../../src/gates/secrets/judgeSecrets.ts";
import { changed } from "./changedFixture.ts";

const NOTHING = { fingerprints: [], files: [] };
const LETTERS = "wWPw5k4aXcaT4fNP0UcnZwJUVFk6LO0pINUx";

/** Put together here, so that nobody who searches this repository takes one for real. */
const FAKES: Readonly<Record<string, string>> = {
  github_token: `const t = "${["ghp", LETTERS].join("_")}";`,
  private_key: `${["-----BEGIN", "RSA PRIVATE KEY-----"].join(" ")}\n${"MIIEpAIBAAKCAQEA".repeat(8)}\n${["-----END", "RSA PRIVATE KEY-----"].join(" ")}`,
  slack_token: ["xoxb", "123456789012", "1234567890123", LETTERS.slice(0, 24)].join("-"),
  npm_access_token: ["npm", LETTERS].join("_"),
  anthropic_api_key: ["sk", "ant", "api03", `${"aB3".repeat(31)}AA`].join("-"),
  basic_auth: ["https://someone", `${LETTERS.slice(0, 12)}@example.net/`].join(":"),
  postgre_sqlconnection: ["postgres://someone", `${LETTERS.slice(0, 12)}@db.example.net/app`].join(":"),
  awssecret_access_key: `${["AWS", "SECRET", "ACCESS", "KEY"].join("_")}=${LETTERS}aB/9`,
  stripe_secret_key_live: ["sk", "live", LETTERS.slice(0, 24)].join("_"),
};

test.each(Object.entries(FAKES))("%s on an added line blocks, and is not quoted", async (rule, secret) => {
  const file = changed("src/a.ts", "one\n", `one\n${secret}\n`);
  const found = await judgeSecrets([file], NOTHING);
  expect(found).toMatchObject([{ ruleSet: "secrets", rule, level: "blocks", path: "src/a.ts" }]);
  expect(found[0]?.lines?.start).toBe(2);
  const said = JSON.stringify(found);
  for (const word of secret.split(/[\n"=:/@ -]/).filter((part) => part.length > 11)) expect(said).not.toContain(word);
});

test("a secret on an old line is left alone, and moving it is no news to who accepted it", async () => {
  const secret = FAKES["github_token"] ?? "";
  expect(await judgeSecrets([changed("a.ts", `${secret}\n`, `${secret}\nmore\n`)], NOTHING)).toEqual([]);
  const [here] = await judgeSecrets([changed("a.ts", "", `${secret}\n`)], NOTHING);
  const [there] = await judgeSecrets([changed("a.ts", "x\n", `x\ny\nz\n${secret}\n`)], NOTHING);
  expect(there?.fingerprint).toBe(here?.fingerprint);
  const fingerprints = [here?.fingerprint ?? ""];
  expect(await judgeSecrets([changed("a.ts", "", `${secret}\n`)], { fingerprints, files: [] })).toEqual([]);
  expect(await judgeSecrets([changed("b.ts", "", `${secret}\n`)], { fingerprints, files: [] })).toHaveLength(1);
  expect(await judgeSecrets([changed("b.ts", "", `${secret}\n`)], { fingerprints: [], files: ["*.ts"] })).toEqual([]);
});

test("a comment does not switch the search off", async () => {
  const secret = FAKES["github_token"] ?? "";
  const text = `/* secretlint-disable */\n${secret} // secretlint-disable-line\n`;
  expect(await judgeSecrets([changed("a.ts", "", text)], NOTHING)).toHaveLength(1);
});

test("what only looks random is nothing", async () => {
  const text = `"integrity": "sha512-${"aB3+/9Zz".repeat(10)}=="\nconst id = "${"0123456789abcdef".repeat(4)}";\n`;
  expect(await judgeSecrets([changed("a.ts", "", text)], NOTHING)).toEqual([]);
});

test("in a text too long to be searched whole, the added lines are", async () => {
  const before = "x = 1;\n".repeat(100_000);
  const secret = FAKES["github_token"] ?? "";
  const found = await judgeSecrets([changed("a.ts", before, `${before}${secret}\n`)], NOTHING);
  expect(found.map(({ lines }) => lines?.start)).toEqual([100_001]);
});
