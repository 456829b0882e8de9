const MAX_DEPTH = 32;

/** A body that may be JSON: its value, or why it is not taken as such, in words for a person. */
export type ReadJson = { ok: true; value: unknown } | { ok: false; detail: string };

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Reads JSON in UTF-8 (RFC 8259) whose objects and arrays are nested at most 32 deep. */
export function readJson(bytes: Buffer): ReadJson {
  if (bytes.length === 0) return { ok: false, detail: 'The body is empty.' };
  let value: unknown;
  try {
    value = JSON.parse(utf8.decode(bytes));
  } catch {
    return { ok: false, detail: 'The body cannot be read as JSON in UTF-8.' };
  }
  if (isDeeperThan(MAX_DEPTH, value))
    return { ok: false, detail: `The body is nested deeper than ${MAX_DEPTH} levels.` };
  if (bytes.includes(PROTO) && hasProto(value))
    return { ok: false, detail: 'The body has a member called __proto__.' };
  return { ok: true, value };
}

const PROTO = '__proto__';

/** Such a member is dropped or obeyed by what reads it, depending on who that is. */
function hasProto(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return Object.hasOwn(value, PROTO) || Object.values(value).some(hasProto);
}

function isDeeperThan(levels: number, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((part) => isDeeperThan(levels - 1, part));
}
