import { execFile } from "node:child_process";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { promisify } from "node:util";
import { z } from "zod";

/**
 * What the validation needs and nothing else does. Not among the dependencies: GitHub's description alone is 385 MB. The
 * integrity of each is pinned as well, as a lockfile would.
 */
const PACKAGES = {
  "@octokit/openapi": {
    version: "23.0.2",
    integrity: "sha512-pV8M7L9GY23AybNvTmo2nyjmpmnt6+2sRE/tqr0ZLQcPS4lnw7u5eZGNmwRNkBC3D7gZXbFx5AHzLUVRBXGDhg==",
  },
  "@octokit/graphql-schema": {
    version: "15.26.1",
    integrity: "sha512-RFDC2MpRBd4AxSRvUeBIVeBU7ojN/SxDfALUd7iVYOSeEK3gZaqR2MGOysj4Zh2xj2RY5fQAUT+Oqq7hWTraMA==",
  },
  ajv: {
    version: "8.20.0",
    integrity: "sha512-Thbli+OlOj+iMPYFBVBfJ3OmCAnaSyNn4M1vz9T6Gka5Jt9ba/HIR56joy65tY6kx/FCF5VXNB819Y7/GUrBGA==",
  },
  "ajv-formats": {
    version: "3.0.1",
    integrity: "sha512-8iUql50EUR+uUcdRQ3HDqa6EVyo3docL8g5WJ3FNcWmu62IbkGUue/pEyLBW8VGKKucTPgqeks4fIU1DA4yowQ==",
  },
} as const;

/** GitHub's description of api.github.com, among those of its other servers. */
export const DESCRIPTION = "api.github.com.json";

const installed = z.object({
  packages: z.record(z.string(), z.object({ version: z.string().optional(), integrity: z.string().optional() })),
});

/** Where they are kept between runs. */
const FOLDER = join(import.meta.dirname, "../../node_modules/.cache/openapi");

export interface Packages {
  readonly folder: string;
  /** Loads one of them, or one that came with them. */
  require(name: string): unknown;
}

/** Installs from the npm registry what is missing. */
export async function openPackages(): Promise<Packages> {
  if ((await problems()) !== null) {
    console.error(`Installing GitHub's own description into ${FOLDER} (a download of some 40 MB, once) …`);
    await install();
  }
  const problem = await problems();
  if (problem !== null) throw new Error(`installing GitHub's description: ${problem}`);
  return { folder: join(FOLDER, "node_modules"), require: createRequire(join(FOLDER, "package.json")) };
}

async function install(): Promise<void> {
  await mkdir(FOLDER, { recursive: true });
  const dependencies = Object.fromEntries(Object.entries(PACKAGES).map(([name, { version }]) => [name, version]));
  await writeFile(join(FOLDER, "package.json"), JSON.stringify({ private: true, dependencies }));
  const args = ["install", "--prefix", FOLDER, "--ignore-scripts", "--no-audit", "--no-fund", "--no-package-lock"];
  await promisify(execFile)("npm", args);
  // Of the servers that it describes, only api.github.com is asked about.
  const generated = join(FOLDER, "node_modules/@octokit/openapi/generated");
  const others = (await readdir(generated)).filter((file) => file !== DESCRIPTION);
  await Promise.all(others.map(async (file) => rm(join(generated, file))));
}

/** What is wrong with what is installed; null when it is what is pinned. */
async function problems(): Promise<string | null> {
  const text = await readFile(join(FOLDER, "node_modules/.package-lock.json"), "utf8").catch(() => null);
  if (text === null) return "nothing is installed";
  const { packages } = installed.parse(JSON.parse(text));
  for (const [name, wanted] of Object.entries(PACKAGES)) {
    const [, found] = Object.entries(packages).find(([path]) => path.endsWith(`node_modules/${name}`)) ?? [];
    if (found?.integrity !== wanted.integrity)
      return `${name} is ${found?.version ?? "missing"}, or not what was published as ${wanted.version}`;
  }
  return null;
}
