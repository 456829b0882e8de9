import { describeFilled } from '../filled/fill.ts';
import { timesTable } from '../filled/times.ts';
import type { SearchResult } from './search-bench.ts';

/** The result of a run for people. */
export function searchTable({ times, machine, ...filled }: SearchResult): string {
  return [...describeFilled(filled), '', ...timesTable(times), '', ...machine].join('\n');
}
