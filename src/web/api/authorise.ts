import { createHash, timingSafeEqual } from "node:crypto";
import { createMiddleware } from "hono/factory";
import { problem } from "./problem.ts";

/** Lets in who shows the token. Takes as long for a wrong one, whatever is wrong about it. */
export function authorise(token: string) {
  const expected = digest(token);
  return createMiddleware(async (context, next) => {
    const [, shown = ""] = /^Bearer +(\S+)$/i.exec(context.req.header("authorization") ?? "") ?? [];
    if (timingSafeEqual(digest(shown), expected)) return next();
    context.header("www-authenticate", 'Bearer realm="autopack"');
    return problem(context, 401, "Send the server's AUTOPACK_API_TOKEN: `Authorization: Bearer …`.");
  });
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
