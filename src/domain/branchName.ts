/** Whether git takes this as the name of a branch to build on: git's own rules, and never one of Autopack's branches. */
export function isBranchName(name: string): boolean {
  const isWellFormed =
    /^[^\s~^:?*[\\\p{Cc}\p{Cf}\p{Cs}]+$/u.test(name) && !/^[-/.]|\.\.|@\{|\/\/|\/\.|[/.]$|\.lock$/.test(name);
  return (
    isWellFormed && name !== "@" && name !== "HEAD" && !name.startsWith("autonomous/") && !name.startsWith("refs/")
  );
}
