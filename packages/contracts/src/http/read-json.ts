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
  const fault = faultOf(value, MAX_DEPTH);
  return fault === null ? { ok: true, value } : { ok: false, detail: `The body ${fault}.` };
}

/** A member called `__proto__` is dropped or obeyed by what reads it, depending on who that is. */
function faultOf(value: unknown, levels: number): string | null {
  if (typeof value !== 'object' || value === null) return null;
  if (levels === 0) return `is nested deeper than ${MAX_DEPTH} levels`;
  if (Object.hasOwn(value, '__proto__')) return 'has a member called __proto__';
  for (const part of Object.values(value)) {
    const fault = faultOf(part, levels - 1);
    if (fault !== null) return fault;
  }
  return null;
}
