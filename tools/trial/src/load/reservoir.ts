/**
 * Keeps a fair sample of a stream of unknown length: after n offers, each of them is kept with the same chance
 * `size`/n. `copy` is called only for what is kept.
 */
export class Reservoir<Offered, Kept> {
  readonly #size: number;
  readonly #copy: (offered: Offered) => Kept;
  readonly #kept: Kept[] = [];
  #offers = 0;

  constructor(size: number, copy: (offered: Offered) => Kept) {
    this.#size = size;
    this.#copy = copy;
  }

  get kept(): readonly Kept[] {
    return this.#kept;
  }

  offer(offered: Offered): void {
    this.#offers += 1;
    const place =
      this.#kept.length < this.#size ? this.#kept.length : Math.floor(Math.random() * this.#offers);
    if (place < this.#size) this.#kept[place] = this.#copy(offered);
  }
}
