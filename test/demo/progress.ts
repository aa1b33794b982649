export type Tone = "plain" | "good" | "warning" | "bad";

/** What a step may say while it works. */
export interface StepLine {
  /** What is being done at this moment; the next one takes its place. */
  now(text: string): void;
  /** Something that stays. */
  note(text: string, tone?: Tone): void;
  /** What the step comes to; said once, at its end. */
  done(text: string): void;
}

export interface Step<Value = void> {
  /** One or two words. */
  readonly name: string;
  /** What it is about to do. */
  readonly title: string;
  work(line: StepLine): Promise<Value>;
}

/** Steps that are taken side by side. */
export interface StepGroup {
  /** One or two words. */
  readonly name: string;
  readonly title: string;
  readonly steps: readonly Step[];
  /** What it comes to; asked once, when all its steps are done. */
  outcome(): string;
}

/** Where the demo shows how far it is. */
export interface Progress {
  step<Value>(step: Step<Value>): Promise<Value>;
  /** One after the other; the first that fails ends it with its error. */
  inTurn(list: readonly (Step | StepGroup)[]): Promise<void>;
}
