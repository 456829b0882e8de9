/** Something that is not as it was promised. */
export interface Finding {
  /** What is wrong, in words. */
  what: string;
  /** Whom it happened to; empty where nobody can be named. */
  ids: readonly string[];
}

/** What a scenario found. */
export interface Outcome {
  title: string;
  /** Name and value of each line, for people. */
  lines: readonly (readonly [name: string, value: string])[];
  /** Empty: all is as promised. */
  findings: readonly Finding[];
}
