import { readFileSync } from "node:fs";
import { z } from "zod";

/** Where podman's packages put the profile that podman applies; the first that is there counts. */
const PROFILES = ["/etc/containers/seccomp.json", "/usr/share/containers/seccomp.json"];

const Rule = z.looseObject({ names: z.array(z.string()), action: z.string() });
const Profile = z.looseObject({ defaultAction: z.string(), syscalls: z.array(Rule) });
type Profile = z.infer<typeof Profile>;

/** Docker's own profile denies these to programs without capabilities; podman's does not deny all of them. */
const DENIED = [
  ["keyctl", "add_key", "request_key"],
  ["unshare", "setns", "mount", "umount", "umount2", "pivot_root", "mount_setattr"],
  ["fsopen", "fsconfig", "fsmount", "fspick", "move_mount", "open_tree"],
  ["bpf", "perf_event_open", "userfaultfd", "io_uring_setup", "io_uring_enter", "io_uring_register"],
  ["open_by_handle_at", "pidfd_getfd", "kcmp", "process_vm_readv", "process_vm_writev"],
  ["init_module", "finit_module", "delete_module", "kexec_load", "kexec_file_load", "reboot", "swapon", "swapoff"],
].flat();
const CLONE_NEWUSER = 0x1000_0000;
const EPERM = 1;
const ENOSYS = 38;

/**
 * A seccomp profile for podman: its own, without key rings, and without namespaces inside, which are most of the kernel that
 * a program without rights can attack.
 *
 * `clone3` hides its flags from filters; it is made to be missing, and C libraries then use `clone`.
 */
export function podmanSeccomp(): string {
  return JSON.stringify(hardened(ownProfile() ?? { defaultAction: "SCMP_ACT_ALLOW", syscalls: [] }));
}

function ownProfile(): Profile | null {
  for (const path of PROFILES) {
    try {
      return Profile.parse(JSON.parse(readFileSync(path, "utf8")));
    } catch {
      // The next one, or none.
    }
  }
  return null;
}

function hardened(profile: Profile): Profile {
  const touched = new Set([...DENIED, "clone", "clone3"]);
  const others = profile.syscalls.map((rule) => ({ ...rule, names: rule.names.filter((name) => !touched.has(name)) }));
  const allowsRest = profile.defaultAction === "SCMP_ACT_ALLOW";
  const flag = { index: 0, value: CLONE_NEWUSER, valueTwo: allowsRest ? CLONE_NEWUSER : 0, op: "SCMP_CMP_MASKED_EQ" };
  return {
    ...profile,
    syscalls: [
      ...others.filter(({ names }) => names.length > 0),
      { names: DENIED, action: "SCMP_ACT_ERRNO", errnoRet: EPERM },
      { names: ["clone3"], action: "SCMP_ACT_ERRNO", errnoRet: ENOSYS },
      allowsRest
        ? { names: ["clone"], action: "SCMP_ACT_ERRNO", errnoRet: EPERM, args: [flag] }
        : { names: ["clone"], action: "SCMP_ACT_ALLOW", args: [flag] },
    ],
  };
}
