const DEFAULT_GENERATION = 1_000_000;

/**
 * Remembers what was set for at least as many of the latest keys as a generation holds and for at most twice as many,
 * so that memory has a bound however long the process lives.
 */
export class RecentMap<Value> {
  readonly #generation: number;
  #young = new Map<string, Value>();
  #old: ReadonlyMap<string, Value> = new Map();

  constructor(generation = DEFAULT_GENERATION) {
    this.#generation = generation;
  }

  get(key: string): Value | undefined {
    return this.#young.get(key) ?? this.#old.get(key);
  }

  set(key: string, value: Value): void {
    if (this.#young.size >= this.#generation) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(key, value);
  }
}
