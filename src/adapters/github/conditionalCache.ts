/** An answer that GitHub may say is still good. */
export interface CachedAnswer {
  readonly etag: string;
  readonly status: number;
  /** Parsed anew for every use: nobody can change what the next one gets. */
  readonly body: string;
  /** The pages of a list: answers of 304 do not repeat it. */
  readonly link: string | undefined;
}

/** Answers of reads, for conditional requests. The least recently used go first when there is no room. */
export interface ConditionalCache {
  find(key: string): CachedAnswer | undefined;
  keep(key: string, answer: CachedAnswer): void;
}

/** Together, in UTF-16 units: about 16 MB for the usual ASCII. */
const ROOM = 16_000_000;

/** An answer larger than this is read anew each time. */
const LARGEST = 1_000_000;

export function conditionalCache({ room = ROOM, largest = LARGEST } = {}): ConditionalCache {
  // A map keeps the order in which keys were added: the first one was used longest ago.
  const answers = new Map<string, CachedAnswer>();
  let used = 0;

  function drop(key: string): void {
    const known = answers.get(key);
    if (known === undefined) return;
    answers.delete(key);
    used -= sizeOf(key, known);
  }

  return {
    find(key) {
      const known = answers.get(key);
      if (known === undefined) return undefined;
      answers.delete(key);
      answers.set(key, known);
      return known;
    },
    keep(key, answer) {
      drop(key);
      const size = sizeOf(key, answer);
      if (size > largest) return;
      answers.set(key, answer);
      used += size;
      for (const oldest of answers.keys()) {
        if (used <= room) return;
        drop(oldest);
      }
    },
  };
}

function sizeOf(key: string, { etag, body, link = "" }: CachedAnswer): number {
  return key.length + etag.length + body.length + link.length;
}
