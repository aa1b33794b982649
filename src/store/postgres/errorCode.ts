/** Whether a caught value carries one of these `code`s: an errno of Node, or an SQLSTATE of PostgreSQL. */
export function hasCode(cause: unknown, codes: readonly string[]): boolean {
  return cause instanceof Error && "code" in cause && typeof cause.code === "string" && codes.includes(cause.code);
}
