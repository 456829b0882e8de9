import { readFile, writeFile } from 'node:fs/promises';
import { DOCUMENT, withTables } from './document.ts';

// Brings the tables of configuration up to date with the schemas.
await writeFile(DOCUMENT, await withTables(await readFile(DOCUMENT, 'utf8')));
console.log(`${DOCUMENT} is up to date.`);
