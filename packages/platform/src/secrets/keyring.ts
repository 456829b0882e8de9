import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';

/** Seals what is secret before it is stored, and opens it again. */
export interface Keyring {
  /**
   * Encrypts a text with the newest key (AES-256-GCM). It can be opened only for the same `purpose`, so that nobody who
   * may write to the database can move it to another place.
   */
  seal(text: string, purpose: string): string;
  /** Opens a sealed text; one that was never sealed is as it is. Throws `SealedAway`. */
  open(stored: string, purpose: string): string;
  /**
   * Encrypts a text as a token that may stand in a URL. The same text makes the same token, as long as the newest key is
   * the same; nobody else can make one.
   */
  toToken(text: string, purpose: string): string;
  /** The text of a token that was made for this purpose; null when it is none, or its key is gone. */
  ofToken(token: string, purpose: string): string | null;
  /** Whether a stored text is sealed with the newest key. */
  isCurrent(stored: string): boolean;
}

/** A secret that cannot be opened: it is sealed with a key that is not there any more, or was tampered with. */
export class SealedAway extends Error {
  override readonly name = 'SealedAway';
}

/** `id:key`, the key being 32 bytes in base64url or base64. */
const KEY = /^([a-z0-9][a-z0-9-]{0,31}):([A-Za-z0-9+/_-]{43}=?)$/;
const KEY_BYTES = 32;
const CIPHER = 'aes-256-gcm';
const IV_BYTES = 12;
const TAG_BYTES = 16;
const TOKEN = /^([a-z0-9-]+)\.([A-Za-z0-9_-]+)$/;
const SEALED = /^sealed:v1:([a-z0-9-]+):([A-Za-z0-9_-]+)$/;

/** Reads keys from `id:key,id:key`, the newest first; null when that is none or an id is used twice. */
export function keyringOf(text: string): Keyring | null {
  const keys = new Map<string, Buffer>();
  for (const part of text.split(',')) {
    const [, id = '', key = ''] = KEY.exec(part.trim()) ?? [];
    const bytes = Buffer.from(key, 'base64');
    if (bytes.length !== KEY_BYTES || keys.has(id)) return null;
    keys.set(id, bytes);
  }
  const [newest] = keys;
  return newest === undefined ? null : createKeyring(keys, newest);
}

function createKeyring(keys: ReadonlyMap<string, Buffer>, [newestId, newest]: [string, Buffer]): Keyring {
  return {
    seal: (text, purpose) => {
      const iv = randomBytes(IV_BYTES);
      const cipher = createCipheriv(CIPHER, newest, iv).setAAD(Buffer.from(purpose));
      const sealed = Buffer.concat([iv, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
      return `sealed:v1:${newestId}:${sealed.toString('base64url')}`;
    },
    open: (stored, purpose) => {
      const [, id = '', sealed = ''] = SEALED.exec(stored) ?? [];
      if (id === '') return stored;
      const key = keys.get(id);
      if (key === undefined)
        throw new SealedAway(`it is sealed with the key "${id}", which SECRETS_KEY does not hold`);
      try {
        return decipher(key, Buffer.from(sealed, 'base64url'), purpose);
      } catch (cause) {
        throw new SealedAway(
          `the key "${id}" of SECRETS_KEY does not open it: it was sealed with another, or changed`,
          {
            cause,
          },
        );
      }
    },
    toToken: (text, purpose) => {
      const key = tokenKey(newest, purpose);
      // Made of the text, so that no two texts share it.
      const iv = createHmac('sha256', ivKey(newest, purpose)).update(text).digest().subarray(0, IV_BYTES);
      const cipher = createCipheriv(CIPHER, key, iv).setAAD(Buffer.from(purpose));
      const sealed = Buffer.concat([iv, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
      return `${newestId}.${sealed.toString('base64url')}`;
    },
    ofToken: (token, purpose) => {
      const [, id = '', sealed = ''] = TOKEN.exec(token) ?? [];
      const key = keys.get(id);
      const bytes = Buffer.from(sealed, 'base64url');
      // One text has one token: what decodes to the same is none.
      if (key === undefined || bytes.toString('base64url') !== sealed) return null;
      try {
        return decipher(tokenKey(key, purpose), bytes, purpose);
      } catch {
        return null;
      }
    },
    isCurrent: (stored) => SEALED.exec(stored)?.[1] === newestId,
  };
}

/** Tokens have keys of their own, one for each purpose. */
function tokenKey(key: Buffer, purpose: string): Buffer {
  return derived(key, `token ${purpose}`);
}

/** What encrypts tokens is not what their beginnings are made with. */
function ivKey(key: Buffer, purpose: string): Buffer {
  return derived(key, `iv of token ${purpose}`);
}

function derived(key: Buffer, use: string): Buffer {
  return Buffer.from(hkdfSync('sha256', key, '', use, KEY_BYTES));
}

function decipher(key: Buffer, sealed: Buffer, purpose: string): string {
  const tag = sealed.subarray(-TAG_BYTES);
  const decipher = createDecipheriv(CIPHER, key, sealed.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES })
    .setAAD(Buffer.from(purpose))
    .setAuthTag(tag);
  const text = decipher.update(sealed.subarray(IV_BYTES, -TAG_BYTES), undefined, 'utf8');
  return text + decipher.final('utf8');
}
