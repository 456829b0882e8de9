/** Counts by the numbers of senders, in a few bytes each: what `sender_pack` keeps. */
export interface Packed {
  /** The greatest number in it. */
  last_number: number;
  counts: Buffer;
}

/** A number of up to 2^53 takes eight bytes, one of up to 2^31 takes five. */
const MOST_BYTES = 13;

/** Tells every number and its count, ascending. Throws when the pack ends within one. */
export function unpack(counts: Uint8Array, each: (number: number, count: number) => void): void {
  let at = 0;
  let number = -1;
  function next(): number {
    let value = 0;
    for (let unit = 1; ; unit *= 128) {
      const byte = counts[at];
      if (byte === undefined) throw new RangeError('a pack ends within a number');
      at += 1;
      value += (byte & 127) * unit;
      if (byte < 128) return value;
    }
  }
  while (at < counts.length) {
    number += next();
    each(number, next());
  }
}

/** The pack, or an empty one for null, with these counts by number added. */
export function addToPack(packed: Packed | null, added: ReadonlyMap<number, number>): Packed {
  const news = [...added].toSorted(([one], [two]) => one - two);
  const before = packed?.counts ?? Buffer.alloc(0);
  const counts = Buffer.allocUnsafe(before.length + news.length * MOST_BYTES);
  let length = 0;
  let last = -1;
  function write(value: number): void {
    let rest = value;
    for (; rest >= 128; rest = Math.floor(rest / 128)) length = counts.writeUInt8((rest % 128) + 128, length);
    length = counts.writeUInt8(rest, length);
  }
  function put(number: number, count: number): void {
    write(number - last);
    write(count);
    last = number;
  }
  let next = 0;
  unpack(before, (number, count) => {
    let sum = count;
    for (let one = news[next]; one !== undefined && one[0] <= number; one = news[next]) {
      if (one[0] === number) sum += one[1];
      else put(...one);
      next += 1;
    }
    put(number, sum);
  });
  for (const one of news.slice(next)) put(...one);
  return { last_number: last, counts: counts.subarray(0, length) };
}
