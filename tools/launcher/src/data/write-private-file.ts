import { rename, writeFile } from 'node:fs/promises';

/** Writes JSON that only its owner may read (mode 0600); readers see the old or the new content, never a part. */
export async function writePrivateFile(path: string, content: unknown): Promise<void> {
  const draft = `${path}.${process.pid}`;
  await writeFile(draft, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 });
  await rename(draft, path);
}
