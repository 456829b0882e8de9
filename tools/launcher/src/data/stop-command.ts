import { DEFAULT_DATA } from '../repository.ts';

const PLAIN = /^[\w@%+=:,./-]+$/;

/** What to type into a shell to stop the Parley that runs on the data directory at the absolute path `data`. */
export function stopCommand(data: string): string {
  if (data === DEFAULT_DATA) return 'npm stop';
  const word = PLAIN.test(data) ? data : `'${data.replaceAll("'", `'\\''`)}'`;
  return `npm stop -- --data ${word}`;
}
