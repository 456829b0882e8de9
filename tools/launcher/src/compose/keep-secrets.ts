import { chmod, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openSecrets } from '../data/secrets.ts';
import type { Secrets } from '../data/secrets.ts';
import { passwordFile } from '../servers/password-file.ts';
import { decideSecrets } from './decide-secrets.ts';
import type { ServerPasswords } from './decide-secrets.ts';

/** Everything secret about an installation. */
export interface Keys {
  secrets: Secrets;
  passwords: ServerPasswords;
}

// PostgreSQL and Grafana run as users of their own images; nobody else mounts their volumes.
const MODE = 0o444;

/** The keys kept below `directory`; with `make`, made on first use. Throws a StartError when they are damaged. */
export async function openKeys(directory: string, { make }: { make: boolean }): Promise<Keys> {
  const password = (name: string): Promise<string> =>
    passwordFile(join(directory, `${name}.password`), { make });
  return {
    passwords: {
      postgres: await password('postgres'),
      nats: await password('nats'),
      route: await password('route'),
      grafana: await password('grafana'),
    },
    secrets: await openSecrets(join(directory, 'secrets.json')),
  };
}

/**
 * Makes an installation's secrets on first use, in `<directory>/keys`, and gives every owner its own in
 * `<directory>/<owner>`. Safe to repeat: nothing that exists is changed.
 */
export async function keepSecrets(directory: string): Promise<void> {
  const { secrets, passwords } = await openKeys(join(directory, 'keys'), { make: true });
  for (const [owner, files] of Object.entries(decideSecrets(secrets, passwords)))
    for (const [name, content] of Object.entries(files)) await replace(join(directory, owner, name), content);
}

async function replace(path: string, content: string): Promise<void> {
  const draft = `${path}.draft`;
  await writeFile(draft, content);
  await chmod(draft, MODE);
  await rename(draft, path);
}
