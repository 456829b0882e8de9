import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { REPOSITORY } from '@parley/launcher/repository';

const run = promisify(execFile);

/**
 * The commands of docs/operations.md below a heading: those of each block, in order. Throws when there is no such
 * heading with commands below it.
 */
export function documentedCommands(heading: string): string[][] {
  const text = readFileSync(join(REPOSITORY, 'docs', 'operations.md'), 'utf8');
  const [section = ''] = (text.split(`\n### ${heading}\n`)[1] ?? '').split(/\n##/);
  const blocks = [...section.matchAll(/\n```\n([^]*?)\n```\n/g)].map(([, lines = '']) => lines.split('\n'));
  if (blocks.length === 0) throw new Error(`docs/operations.md has no commands below "${heading}"`);
  return blocks;
}

/** Runs a line in a shell, as somebody who pastes it; gives what it wrote. Rejects when it fails. */
export async function paste(
  line: string,
  { cwd, env }: { cwd: string; env?: Record<string, string> },
): Promise<string> {
  const { stdout } = await run('bash', ['-euo', 'pipefail', '-c', line], {
    cwd,
    env: { ...process.env, ...env },
    maxBuffer: 16 * 1024 ** 2,
  });
  return stdout;
}
