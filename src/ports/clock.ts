/** The time, and the random part of new ids. Behind a port so that decisions can be repeated. */
export interface Clock {
  now(): Date;
  /** `length` lower-case letters and digits. */
  randomName(length: number): string;
}
