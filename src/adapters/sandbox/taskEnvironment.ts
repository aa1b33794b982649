interface Places {
  readonly path: string;
  readonly home: string;
  readonly tmp: string;
}

/** The whole environment of a task. A list of what passes, never a copy of ours with things taken out. */
export function taskEnvironment(places: Places, extra: Readonly<Record<string, string>>): Record<string, string> {
  return {
    PATH: places.path,
    HOME: places.home,
    TMPDIR: places.tmp,
    USER: "autopack",
    LANG: "C.UTF-8",
    TERM: "dumb",
    CI: "true",
    // An honest `npm install` would have husky write hooks, which counts as tampering.
    HUSKY: "0",
    ...extra,
  };
}
