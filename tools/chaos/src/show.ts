import type { Finding, Outcome } from './outcome.ts';

const MOST_IDS = 20;
const NAME_WIDTH = 18;

/** An outcome for people: what was measured, and what is wrong, each with ids to look at. */
export function show({ title, lines, findings }: Outcome): string {
  const verdict = findings.length === 0 ? ['all as promised'] : findings.flatMap(showFinding);
  const rows = lines.map(([name, value]) => `${name.padEnd(NAME_WIDTH)}${value}`);
  return [title, '', ...rows, '', ...verdict].join('\n');
}

function showFinding({ what, ids }: Finding): string[] {
  if (ids.length === 0) return [`✗ ${what}`];
  const more = ids.length > MOST_IDS ? [`    … and ${ids.length - MOST_IDS} more`] : [];
  return [`✗ ${what}: ${ids.length}`, ...ids.slice(0, MOST_IDS).map((id) => `    ${id}`), ...more];
}
