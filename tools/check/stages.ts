/** One thing that has to be right before a change is accepted. */
export interface Stage {
  readonly what: string;
  readonly command: readonly [string, ...string[]];
}

/** Projects on one line each, and the whole output of those that fail. */
const nx = ['nx', 'run-many', '--output-style=static-failures-only'] as const;

/** Everything CI checks: the cheapest first, so that a slip is found before the servers start. */
export const stages: readonly Stage[] = [
  { what: 'Format', command: ['prettier', '--check', '--log-level=warn', '.'] },
  { what: 'Lint', command: ['oxlint', '--deny-warnings', '--format=stylish'] },
  { what: 'Types', command: [...nx, '--target=typecheck'] },
  { what: 'Unit and integration tests', command: [...nx, '--target=test', '--exclude=end-to-end'] },
  { what: 'End-to-end tests', command: [...nx, '--target=test', '--projects=end-to-end'] },
];
