import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

const root = fileURLToPath(new URL('../..', import.meta.url));
const oxlintReport = z.object({
  diagnostics: z.array(z.object({ filename: z.string(), message: z.string() })),
});

/** What the linter says about each file, by the file's path. */
export type Findings = ReadonlyMap<string, readonly string[]>;

/**
 * Lints files as if they were this repository's: by its own configuration and rules, in a directory of their own.
 * @param files what is in each file, by its path from the root of the repository
 */
export async function lintFiles(files: Readonly<Record<string, string>>): Promise<Findings> {
  const repository = await mkdtemp(join(tmpdir(), 'parley-lint-'));
  try {
    await cp(join(root, '.oxlintrc.json'), join(repository, '.oxlintrc.json'));
    await cp(join(root, 'tools/lint'), join(repository, 'tools/lint'), { recursive: true });
    for (const [path, text] of Object.entries(files)) {
      await mkdir(join(repository, dirname(path)), { recursive: true });
      await writeFile(join(repository, path), text);
    }
    const { diagnostics } = oxlintReport.parse(JSON.parse(await oxlint(repository)));
    const byFile = Map.groupBy(diagnostics, ({ filename }) => filename);
    return new Map([...byFile].map(([file, found]) => [file, found.map(({ message }) => message)]));
  } finally {
    await rm(repository, { recursive: true });
  }
}

function oxlint(cwd: string): Promise<string> {
  const args = [join(root, 'node_modules/oxlint/bin/oxlint'), '--format=json'];
  return new Promise((resolve, reject) => {
    execFile(process.execPath, args, { cwd }, (error, output, errors) => {
      // It ends with 1 when it has found something, which is what it is here for.
      if (error && error.code !== 1) reject(new Error(errors || output, { cause: error }));
      else resolve(output);
    });
  });
}
