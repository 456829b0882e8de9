import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { sendSignal, startTime } from './identity.ts';
import { waitUntil } from './wait-until.ts';

const recordsSchema = z.array(
  z.object({ name: z.string(), pid: z.number().int().positive(), started: z.string() }),
);
type Record = z.infer<typeof recordsSchema>[number];

/** Remembers on disk which processes run, for the case that the launcher is killed and cannot stop them itself. */
export class ProcessRecords {
  readonly #path: string;
  #records: Record[] = [];

  constructor(path: string) {
    this.#path = path;
  }

  /** Notes a process that was started just now. Written before this returns. */
  add(name: string, pid: number): void {
    const started = startTime(pid);
    if (started === null) return;
    this.#records = [...this.#records.filter((record) => record.pid !== pid), { name, pid, started }];
    this.#write();
  }

  /** Forgets a process that has ended. */
  remove(pid: number): void {
    this.#records = this.#records.filter((record) => record.pid !== pid);
    this.#write();
  }

  /**
   * Ends what an earlier launcher left running, each process only if it is the very one that was noted, and starts
   * with an empty list. Returns the names of those it ended.
   */
  async endLeftovers(): Promise<string[]> {
    const left = readRecords(this.#path).filter(runs);
    for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
      left.filter(runs).forEach(({ pid }) => sendSignal(pid, signal));
      if (await waitUntil(() => !left.some(runs), { timeoutMs: 5000 })) break;
    }
    this.#records = [];
    this.#write();
    return left.map(({ name }) => name);
  }

  #write(): void {
    const draft = `${this.#path}.${process.pid}`;
    writeFileSync(draft, JSON.stringify(this.#records), { mode: 0o600 });
    renameSync(draft, this.#path);
  }
}

function runs({ pid, started }: Record): boolean {
  return startTime(pid) === started;
}

function readRecords(path: string): Record[] {
  try {
    return recordsSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    // Absent at the first start; a torn one cannot be, and one that says nothing names nothing to end.
    return [];
  }
}
