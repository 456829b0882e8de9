import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { OPS } from './file.ts';

/** An alert as its rule file says it. */
export interface Alert {
  name: string;
  /** PromQL. */
  expr: string;
  /** Where its runbook is, relative to the repository. */
  runbook: string;
}

/** Prometheus' rules and the tests of them. */
export const RULES = join(OPS, 'prometheus', 'rules', 'parley.rules.yml');
export const RULE_TESTS = join(OPS, 'prometheus', 'tests', 'parley.test.yml');

/** The alerts of the rule file, read as it is laid out: promtool checks that it is what Prometheus reads. */
export function readAlerts(): Alert[] {
  const [, ...rules] = readFileSync(RULES, 'utf8').split('- alert: ');
  return rules.map((rule) => ({
    name: /^\w+/.exec(rule)?.[0] ?? '',
    expr: /expr:([^]*?)\n {8}\w/.exec(rule)?.[1] ?? '',
    runbook: /runbook_url: (\S+)/.exec(rule)?.[1] ?? '',
  }));
}
