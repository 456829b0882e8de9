/** Hears what an instance does while it starts and runs. */
export interface Progress {
  /** Does a named piece of work, and shows that it is being done. Settles as `work` does. */
  step<T>(name: string, work: () => Promise<T>): Promise<T>;
  /** Says one line about something that happened by itself, such as a restart. */
  say(line: string): void;
}

/** Says nothing: for tests. */
export const silent: Progress = { step: (_name, work) => work(), say: () => {} };
