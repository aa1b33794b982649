import { EnvironmentFailure } from "../../domain/failure.ts";

/** The sandbox gave up before the program ran. */
export class SandboxNotSetUp extends EnvironmentFailure {
  constructor(reason: string, options?: ErrorOptions) {
    super(`setting up the sandbox failed: ${reason}`, options);
    this.name = "SandboxNotSetUp";
  }
}
