import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { readAlerts, RULES, RULE_TESTS } from './alert-rules.ts';
import { OPS } from './file.ts';

const alerts = readAlerts();
const operations = readFileSync(join(OPS, '..', 'docs', 'operations.md'), 'utf8');
const hasPromtool = spawnSync('promtool', ['--version']).status === 0;

test.each(alerts)(
  '$name links to a runbook that says what it means, what to look at and what to do',
  (alert) => {
    expect(alert.runbook).toBe(`docs/operations.md#${alert.name.toLowerCase()}`);
    const [, section = ''] = operations.split(`\n### ${alert.name}\n`);
    const [runbook = ''] = section.split(/\n##/);
    expect(runbook.match(/^- \*\*[\w ]+\*\*/gm)).toEqual(['- **Means**', '- **Look at**', '- **Do**']);
  },
);

test('there is no runbook without an alert', () => {
  const [, runbooks = ''] = operations.split('\n## Runbooks\n');
  const titles = runbooks.split('\n## ')[0]?.matchAll(/^### (\w+)$/gm) ?? [];
  expect([...titles].map(([, title]) => title)).toEqual(alerts.map(({ name }) => name));
});

test('every alert has a test', () => {
  const tested = readFileSync(RULE_TESTS, 'utf8').matchAll(/name: (\w+) fires/g);
  expect(new Set([...tested].map(([, name]) => name))).toEqual(new Set(alerts.map(({ name }) => name)));
});

// Debian's package `prometheus` brings it (Prometheus 3 comes with Debian 14).
(hasPromtool ? describe : describe.skip)('promtool (skipped where it is not installed)', () => {
  const promtool = (...args: string[]): string =>
    execFileSync('promtool', args, { encoding: 'utf8', cwd: dirname(RULES), stdio: 'pipe' });

  test('finds the configuration and its rules valid', () => {
    expect(promtool('check', 'config', '--lint-fatal', join(OPS, 'prometheus', 'prometheus.yml'))).toContain(
      `${alerts.length} rules found`,
    );
  });

  test('sees every alert fire when it should, and stay silent otherwise', () => {
    expect(promtool('test', 'rules', RULE_TESTS)).toContain('SUCCESS');
  });
});
