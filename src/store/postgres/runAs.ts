import type { Account } from "./account.ts";

/** What PostgreSQL's programs may know of our environment: nothing secret, and none of the PG variables that steer them. */
const passedOn = ["PATH", "TMPDIR", "TEMP", "TMP", "SystemRoot"];

/** Options of execa for PostgreSQL's programs: its account, a folder everybody can enter, messages in English. */
export function runAs(account: Account | undefined) {
  const kept = passedOn.flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return {
    cwd: "/",
    extendEnv: false,
    env: { ...Object.fromEntries(kept), LC_ALL: "C" },
    ...(account === undefined ? {} : { uid: account.uid, gid: account.gid }),
  } as const;
}
