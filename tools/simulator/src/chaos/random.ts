/**
 * The fraction in [0, 1) at a place of a stream of random numbers. It depends on nothing but its arguments, so the
 * same seed gives the same numbers however often and in whatever order they are asked for. `place`: 32 bits count.
 */
export function fractionAt(seed: number, stream: number, place: number): number {
  const mixed = mix(mix(mix(seed | 0) ^ Math.imul(stream, 0x9e37_79b9)) ^ Math.imul(place, 0x85eb_ca6b));
  return (mixed >>> 0) / 2 ** 32;
}

/** A place for the n-th thing of this name; things share one no more often than chance has it. */
export function placeOf(name: string, nth: number): number {
  let hash = 0x811c_9dc5;
  for (let at = 0; at < name.length; at += 1) hash = Math.imul(hash ^ name.charCodeAt(at), 0x0100_0193);
  return mix(hash ^ Math.imul(nth, 0x9e37_79b9));
}

/** A bijection of 32-bit integers whose output bits each depend on every input bit (the finish of MurmurHash3). */
function mix(input: number): number {
  let bits = (input + 0x6d2b_79f5) | 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85eb_ca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2_ae35);
  return bits ^ (bits >>> 16);
}
