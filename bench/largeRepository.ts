import { createCipheriv } from "node:crypto";
import { Readable } from "node:stream";
import { execa } from "execa";

const COMMITS = 2000;
const FILES_A_COMMIT = 10;

/** A folder for each of so many commits, 100 files each. */
const COMMITS_A_FOLDER = 10;

/** Text that packs to some 2.6 KB, so that all of it packs to about 52 MB. */
const BYTES_A_FILE = 2600;

/** Makes a bare repository of 20,000 files in 2,000 commits on `main`, packed as a host packs it. The same each time. */
export async function makeLargeRepository(path: string): Promise<void> {
  await execa("git", ["init", "--quiet", "--bare", "--initial-branch=main", path]);
  await execa("git", ["-C", path, "fast-import", "--quiet"], { input: Readable.from(history()) });
  await execa("git", ["-C", path, "repack", "-a", "-d", "-b", "--quiet"]);
}

function* history(): Iterable<Buffer> {
  const random = createCipheriv("aes-128-ctr", Buffer.alloc(16), Buffer.alloc(16));
  for (let commit = 0; commit < COMMITS; commit += 1) {
    const message = `Commit ${commit + 1}\n`;
    yield Buffer.from(
      `commit refs/heads/main\ncommitter Mona <mona@example.com> ${1_700_000_000 + commit * 3600} +0000\n${data(message)}`,
    );
    const folder = `src/part${Math.floor(commit / COMMITS_A_FOLDER)}`;
    for (let file = 0; file < FILES_A_COMMIT; file += 1) {
      const text = random.update(Buffer.alloc(BYTES_A_FILE)).toString("base64").replaceAll(/.{76}/g, "$&\n");
      yield Buffer.from(`M 100644 inline ${folder}/module${commit}-${file}.ts\n${data(text)}\n`);
    }
  }
}

function data(text: string): string {
  return `data ${text.length}\n${text}`;
}
