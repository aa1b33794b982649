export interface FieldError {
  readonly resource: string;
  readonly field: string;
  readonly code: string;
  readonly message?: string;
}

/** An answer of GitHub's that is not a success; the front turns it into the response. */
export class Problem extends Error {
  override readonly name = "Problem";
  readonly status: number;
  readonly errors: readonly FieldError[];

  constructor(status: number, message: string, errors: readonly FieldError[] = []) {
    super(message);
    this.status = status;
    this.errors = errors;
  }
}

export function notFound(): Problem {
  return new Problem(404, "Not Found");
}

export function badCredentials(): Problem {
  return new Problem(401, "Bad credentials");
}

/** GitHub's 422. `field` names what was wrong; the message carries the sentence GitHub shows. */
export function invalid(field: string, message: string): Problem {
  return new Problem(422, `Validation Failed: ${message}`, [{ resource: "Request", field, code: "invalid", message }]);
}
