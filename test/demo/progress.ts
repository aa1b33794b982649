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

/** Where the demo shows how far it is. */
export interface Progress {
  step<Value>(step: Step<Value>): Promise<Value>;
  /** One after the other, where there is room with those to come; the first that fails ends it with its error. */
  steps(list: readonly Step[]): Promise<void>;
}
