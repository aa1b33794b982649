import { appendFileSync } from "node:fs";

/** One request to the API and its answer, whole. */
export interface Exchange {
  readonly method: string;
  /** Without `/api/v3` and query. */
  readonly path: string;
  readonly query: string;
  readonly contentType: string | null;
  readonly body: string;
  readonly status: number;
  /** The answer's body. */
  readonly answer: string;
  /** Login, `app` for requests by JWT, `nobody`. */
  readonly actor: string;
}

/** Adds each exchange as a line of JSON to the file that `STANDIN_TRAFFIC` names; null where it is not set. */
export function openTraffic(): ((exchange: Exchange) => void) | null {
  const path = process.env["STANDIN_TRAFFIC"];
  // In one write each, so that the lines of several processes do not mix.
  return path === undefined ? null : (exchange) => appendFileSync(path, `${JSON.stringify(exchange)}\n`);
}

/** Reads both sides of an exchange without using them up. `request` is a copy that was made before it was handled. */
export async function readExchange(
  request: Request,
  response: Response,
  seen: Pick<Exchange, "path" | "actor">,
): Promise<Exchange> {
  return {
    ...seen,
    method: request.method,
    query: new URL(request.url).search.slice(1),
    contentType: request.headers.get("content-type"),
    body: await request.text(),
    status: response.status,
    answer: await response.clone().text(),
  };
}
