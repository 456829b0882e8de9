/** A program and its arguments. */
export type Command = readonly [string, ...string[]];

/** One thing that has to be right before a change is accepted. */
export interface Stage {
  readonly what: string;
  /** They run beside each other. */
  readonly commands: readonly Command[];
}

/** Projects on one line each, and the whole output of those that fail. */
const nx = ['nx', 'run-many', '--output-style=static-failures-only'] as const;
/** Looks only at what has changed since it was last found right. */
const prettier = [
  'prettier',
  '--check',
  '--log-level=warn',
  '--cache',
  '--cache-location=.nx/format',
] as const;

/** Everything CI checks: the cheapest first, so that a slip is found before the servers start. */
export const stages: readonly Stage[] = [
  {
    what: 'Format, lint and types',
    commands: [[...prettier, '.'], ['oxlint', '--deny-warnings', '--format=stylish'], ['tsc']],
  },
  { what: 'Unit and integration tests', commands: [[...nx, '--target=test', '--exclude=end-to-end']] },
  { what: 'End-to-end tests', commands: [[...nx, '--target=test', '--projects=end-to-end']] },
];
