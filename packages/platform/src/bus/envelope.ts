import type { z } from 'zod';

const encoder = new TextEncoder();

/** What travels on the bus: a version and a payload, as JSON. */
export function encode(version: number, payload: Record<string, unknown>): string {
  return JSON.stringify({ v: version, ...payload });
}

/** Bytes of a text in UTF-8. */
export function bytes(text: string): Uint8Array {
  return encoder.encode(text);
}

/** Reads a payload with its schema; throws `Undecodable` when it is not JSON or does not fit. */
export function decode<T>(schema: z.ZodType<T>, text: string): T {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new Undecodable('is not JSON', { cause });
  }
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new Undecodable(`${issue?.path.join('.')}: ${issue?.message}`);
}

/** A payload that no version of this code can read: trying again does not help. */
export class Undecodable extends Error {
  override readonly name = 'Undecodable';
}
