const DEFAULT_GENERATION = 2_000_000;

/**
 * Remembers the number that each key was given, for at least as many of the latest keys as a generation holds and
 * for at most twice as many. A key is some 100 bytes, so memory has a bound however long the process lives.
 */
export class AcceptedKeys {
  readonly #generation: number;
  #young = new Map<string, number>();
  #old: ReadonlyMap<string, number> = new Map();

  constructor(generation = DEFAULT_GENERATION) {
    this.#generation = generation;
  }

  get(key: string): number | undefined {
    return this.#young.get(key) ?? this.#old.get(key);
  }

  set(key: string, number: number): void {
    if (this.#young.size >= this.#generation) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(key, number);
  }
}
