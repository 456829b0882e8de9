/** Which ids were seen, at 16 to 32 bytes each however long they are. */
export interface IdSet {
  readonly size: number;
  add(id: string): void;
  has(id: string): boolean;
}

const FIRST_SLOTS = 1_024;

/**
 * Makes a set of UUIDs that goes by their last 64 bits, which are random. That two of ten million have the same ones
 * happens once in some hundred thousand sets; one of them is then taken for the other.
 */
export function createIdSet(): IdSet {
  let slots = new BigUint64Array(FIRST_SLOTS);
  let size = 0;

  /** The slot in which a key is, or belongs. */
  function slotOf(key: bigint, among: BigUint64Array): number {
    const mask = among.length - 1;
    let slot = Number(key & 0xffff_ffffn) & mask;
    while (among[slot] !== 0n && among[slot] !== key) slot = (slot + 1) & mask;
    return slot;
  }

  function grow(): void {
    const larger = new BigUint64Array(slots.length * 2);
    for (const key of slots) if (key !== 0n) larger[slotOf(key, larger)] = key;
    slots = larger;
  }

  return {
    get size() {
      return size;
    },
    add: (id) => {
      const key = keyOf(id);
      const slot = slotOf(key, slots);
      if (slots[slot] === key) return;
      slots[slot] = key;
      size += 1;
      if (size * 2 > slots.length) grow();
    },
    has: (id) => slots[slotOf(keyOf(id), slots)] !== 0n,
  };
}

/** Never 0, which is an empty slot. */
function keyOf(id: string): bigint {
  return BigInt(`0x${id.slice(19, 23)}${id.slice(24)}`) || 1n;
}
