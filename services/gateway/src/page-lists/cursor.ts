import { hash } from 'node:crypto';
import { keyset, type Keyset } from '@parley/contracts/requests/paging';
import { z } from 'zod';

/** What a cursor belongs to: it can be used with nothing else. */
export interface ListIdentity {
  name: string;
  account_id: string;
  /** Everything that decides what is listed. */
  filter: unknown;
}

const VERSION = 1;
const HASH_LENGTH = 16;
/** The year 0 is an ISO year that PostgreSQL has not. */
const FIRST_INSTANT = '0001';

const content = z.tuple([
  z.literal(VERSION),
  keyset.shape.at.refine((at) => at >= FIRST_INSTANT),
  keyset.shape.id,
  z.string(),
]);

/** An opaque text that says where a list goes on: version, last key, and a hash of what is listed. */
export function writeCursor({ at, id }: Keyset, list: ListIdentity): string {
  return Buffer.from(JSON.stringify([VERSION, at, id, identityHash(list)])).toString('base64url');
}

/** Reads a cursor of this list; null when it is none, or one of another list. */
export function readCursor(cursor: string, list: ListIdentity): Keyset | null {
  const parsed = content.safeParse(parse(Buffer.from(cursor, 'base64url').toString('utf8')));
  if (!parsed.success) return null;
  const [, at, id, identity] = parsed.data;
  return identity === identityHash(list) ? { at, id } : null;
}

function identityHash({ name, account_id, filter }: ListIdentity): string {
  return hash('sha256', JSON.stringify([name, account_id, filter]), 'hex').slice(0, HASH_LENGTH);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
