import { randomBytes, randomInt } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { StartError, systemCode } from '../start-error.ts';
import { writePrivateFile } from './write-private-file.ts';

const DIGITS = '0123456789';
const LOWER = 'abcdefghijklmnopqrstuvwxyz';
const BASE62 = DIGITS + LOWER + LOWER.toUpperCase();

const plain = z.object({ secret: z.string().min(1) });
const secretsSchema = z.object({
  /** Of the demo account: send and read. */
  api_key: z.string().min(1),
  /** Of the demo account: admin. */
  admin_key: z.string().min(1),
  /** What webhooks are signed with, by connection. */
  connections: z.object({ inbox: plain, sms: plain, 'sms-2': plain, mail: plain }),
  /** What the services store secrets under: the newest key first, older ones with commas behind it. */
  secrets_key: z.string().min(1),
  /** By service. */
  database_passwords: z.object({
    gateway: z.string().min(1),
    ingest: z.string().min(1),
    dispatcher: z.string().min(1),
    reporting: z.string().min(1),
  }),
});
export type Secrets = z.infer<typeof secretsSchema>;

/** An API key: `parley_<env>_<id>_<secret>`, the secret being 40 characters of base 62 (238 random bits). */
export function makeApiKey(env: string): string {
  return `parley_${env}_${pick(LOWER + DIGITS, 12)}_${pick(BASE62, 40)}`;
}

/** A whole new set of secrets. */
export function makeSecrets(): Secrets {
  const password = (): string => pick(BASE62, 32);
  return {
    api_key: makeApiKey('demo'),
    admin_key: makeApiKey('demo'),
    connections: {
      inbox: { secret: pick(BASE62, 40) },
      sms: { secret: pick(BASE62, 40) },
      'sms-2': { secret: pick(BASE62, 40) },
      mail: { secret: `whsec_${randomBytes(32).toString('base64')}` },
    },
    secrets_key: `key-1:${randomBytes(32).toString('base64url')}`,
    database_passwords: {
      gateway: password(),
      ingest: password(),
      dispatcher: password(),
      reporting: password(),
    },
  };
}

/**
 * The secrets kept in `path`, made on first use (mode 0600). Throws `broken_data_directory` when the file is
 * damaged, or missing although `sealed`, a place where something is kept under them, exists: new secrets would open
 * nothing that the old ones closed, and lock everybody out who has them.
 */
export async function openSecrets(path: string, { sealed }: { sealed?: string } = {}): Promise<Secrets> {
  try {
    return secretsSchema.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (error) {
    const isMissing = systemCode(error) === 'ENOENT';
    if (!isMissing || (sealed !== undefined && existsSync(sealed))) {
      const what = isMissing
        ? `is missing, and opens what is kept in ${sealed}`
        : "does not hold this instance's secrets any more";
      const sentence = `${path} ${what}; restore it, or begin anew with --fresh.`;
      throw new StartError('broken_data_directory', sentence, { cause: error });
    }
  }
  const secrets = makeSecrets();
  await writePrivateFile(path, secrets);
  return secrets;
}

function pick(alphabet: string, length: number): string {
  return Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join('');
}
