import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const { scripts } = z
  .object({ scripts: z.record(z.string(), z.string()) })
  .parse(JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')));
/** Those that are written here; the others hand on what follows to a tool that answers for itself. */
const commands = Object.keys(scripts).filter((name) =>
  / tools\/\S+\/main\.| tools\/projections/.test(scripts[name] ?? ''),
);

/** Runs an npm script as it is typed; never rejects. */
function typed(name: string, ...args: string[]): Promise<{ code: unknown; stdout: string; stderr: string }> {
  const line = ['run', '--silent', name, '--', ...args];
  return new Promise((resolve) => {
    execFile('npm', line, { cwd: ROOT }, (error, stdout, stderr) =>
      resolve({ code: error?.code ?? 0, stdout, stderr }),
    );
  });
}

describe.each(commands)('npm run %s', (name) => {
  test('says with --help what it does', async () => {
    const { code, stdout, stderr } = await typed(name, '--help');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^npm (run )?[a-z-]+\b.*\n\n/);
  });

  test('says in one line that it does not know an option', async () => {
    const { code, stdout, stderr } = await typed(name, '--no-such-option');
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^Unknown option '--no-such-option'.*--help`\.\n$/);
  });
});
