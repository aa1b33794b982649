import { existsSync, readFileSync } from "node:fs";

/** What of this machine decides whether bubblewrap works. Null: the setting does not exist here. */
export interface SandboxFacts {
  readonly installed: boolean;
  /** `kernel.apparmor_restrict_unprivileged_userns`, Ubuntu 23.10 and later. */
  readonly apparmorRestricts: string | null;
  /** `kernel.unprivileged_userns_clone`, Debian before 11 and hardened kernels. */
  readonly usernsClone: string | null;
  /** `user.max_user_namespaces`. */
  readonly maxUserns: string | null;
  readonly inContainer: boolean;
  readonly root: boolean;
}

export function sandboxFacts(installed: boolean): SandboxFacts {
  return {
    installed,
    apparmorRestricts: sysctl("kernel/apparmor_restrict_unprivileged_userns"),
    usernsClone: sysctl("kernel/unprivileged_userns_clone"),
    maxUserns: sysctl("user/max_user_namespaces"),
    inContainer: existsSync("/.dockerenv") || existsSync("/run/.containerenv"),
    root: process.getuid?.() === 0,
  };
}

/** What an operator can do about a sandbox that does not work, most likely first. */
export function sandboxAdvice(facts: SandboxFacts): readonly string[] {
  if (!facts.installed) {
    return [
      "Install bubblewrap: `apt-get install bubblewrap` (Debian, Ubuntu), `dnf install bubblewrap` (Fedora, RHEL), " +
        "`apk add bubblewrap` (Alpine), `pacman -S bubblewrap` (Arch).",
    ];
  }
  const advice: string[] = [];
  if (facts.maxUserns === "0") advice.push("Allow user namespaces: `sysctl -w user.max_user_namespaces=15000`.");
  if (facts.usernsClone === "0" && !facts.root) {
    advice.push("Allow user namespaces to ordinary users: `sysctl -w kernel.unprivileged_userns_clone=1`.");
  }
  if (facts.apparmorRestricts === "1" && !facts.root) {
    advice.push(
      "AppArmor keeps user namespaces from ordinary users: give /usr/bin/bwrap a profile with `userns,`, or " +
        "`sysctl -w kernel.apparmor_restrict_unprivileged_userns=0`.",
    );
  }
  if (facts.inContainer) {
    advice.push(
      "Inside a container, start it with `--security-opt seccomp=unconfined --security-opt systempaths=unconfined` " +
        "(Docker with AppArmor: `--security-opt apparmor=unconfined` too).",
    );
  }
  if (advice.length === 0) advice.push("Check that this kernel has user, PID, mount and network namespaces.");
  return advice;
}

function sysctl(path: string): string | null {
  try {
    return readFileSync(`/proc/sys/${path}`, "utf8").trim();
  } catch {
    return null;
  }
}

/** What an operator can look at when a Docker-API engine does not serve. */
export const DOCKER_ADVICE: readonly string[] = [
  "Name the engine in AUTOPACK_DOCKER_HOST, as unix:///run/docker.sock or tcp://127.0.0.1:2375, and let this user use it.",
  "Name an image in AUTOPACK_SANDBOX_IMAGE and pull it: it needs /usr/bin/env, /bin/sh, git and what your steps call; " +
    "and a `node` of its own unless this machine's runs in it.",
  "The engine must be on this machine: Autopack's folders and the one for temporary files are bound by their paths.",
];
