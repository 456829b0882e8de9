import { randomFillSync } from 'node:crypto';

const ID_BYTES = 16;
const POOL_BYTES = ID_BYTES * 256;

/**
 * Makes a source of 16 random bytes at a time. Asking the system for so few costs more than all the rest of making an
 * id, so it is asked for many at once.
 */
export function pooledRandom(): () => Uint8Array {
  const pool = new Uint8Array(POOL_BYTES);
  let used = POOL_BYTES;
  return () => {
    if (used === POOL_BYTES) {
      randomFillSync(pool);
      used = 0;
    }
    used += ID_BYTES;
    return pool.slice(used - ID_BYTES, used);
  };
}
