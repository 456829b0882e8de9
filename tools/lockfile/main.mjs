// `npm run lockfile`: after a change of dependencies, writes package-lock.json for every platform.
import { readFileSync, writeFileSync } from 'node:fs';
import { completed } from './complete.mjs';

const file = new URL('../../package-lock.json', import.meta.url);
const lock = JSON.parse(readFileSync(file, 'utf8'));
writeFileSync(file, `${JSON.stringify({ ...lock, packages: completed(lock.packages) }, null, 2)}\n`);
