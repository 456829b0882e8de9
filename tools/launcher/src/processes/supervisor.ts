import { setTimeout as delay } from 'node:timers/promises';
import { reasonOf } from '../start-error.ts';
import { describeExit } from './child.ts';
import type { Exit } from './child.ts';
import { restartDelay } from './restart-delay.ts';

/** One life of a supervised process. */
export interface Life {
  readonly pid: number;
  readonly exited: Promise<Exit>;
}

/** What is supervised, and how it is started and stopped. */
export interface Supervised {
  name: string;
  /** Starts it once more. A rejection counts as a death. */
  launch(): Promise<Life>;
  /** Ends a life cleanly; resolves when it is over. */
  end(life: Life): Promise<void>;
  /** Hears one line for every death and failed start. */
  announce(line: string): void;
  /** Sleeps for `ms`, and no longer when aborted; replaced in tests. */
  sleep?(ms: number, signal: AbortSignal): Promise<void>;
}

/** Keeps one process alive: whatever it dies of, it is started again after 1, 2, 4 … 30 s. */
export class Supervisor {
  readonly #process: Supervised;
  #launched: Promise<Life> | null = null;
  #halt: AbortController | null = null;
  #watching: Promise<void> = Promise.resolve();
  #pid: number | null = null;
  #deaths = 0;

  /** Starts nothing yet. */
  constructor(supervised: Supervised) {
    this.#process = supervised;
  }

  get name(): string {
    return this.#process.name;
  }

  /** Of the life that runs, null between two. */
  get pid(): number | null {
    return this.#pid;
  }

  /** How often it died without being asked to. */
  get deaths(): number {
    return this.#deaths;
  }

  /** Starts it, and from then on keeps it alive. Rejects as `launch` does, without another try; does nothing when up. */
  async start(): Promise<void> {
    if (this.#halt) return;
    const halt = new AbortController();
    this.#halt = halt;
    try {
      await this.#launch();
    } catch (error) {
      this.#halt = null;
      throw error;
    }
    this.#watching = this.#keepAlive(halt.signal);
  }

  /** Ends it (`how`, if not cleanly) and keeps it down until the next `start`. Does nothing when down. */
  async stop(how?: (life: Life) => Promise<void>): Promise<void> {
    if (!this.#halt) return;
    this.#halt.abort();
    // A launch under way is let finish first, so that nothing is left running behind our back.
    const life = await this.#launched?.catch(() => null);
    if (life) await (how ?? this.#process.end)(life);
    await this.#watching;
    this.#halt = null;
    this.#pid = null;
  }

  #launch(): Promise<Life> {
    this.#launched = this.#process.launch().then((life) => {
      this.#pid = life.pid;
      return life;
    });
    return this.#launched;
  }

  async #keepAlive(halted: AbortSignal): Promise<void> {
    let waitMs: number | null = null;
    let bornAt = performance.now();
    for (;;) {
      const fate = await fateOf(this.#launched);
      if (halted.aborted) return;
      this.#launched = null;
      this.#pid = null;
      this.#deaths += 1;
      waitMs = restartDelay({ previousMs: waitMs, uptimeMs: performance.now() - bornAt });
      this.#process.announce(`${this.name} ${fate}; starting it again in ${waitMs / 1000} s`);
      await (this.#process.sleep ?? sleep)(waitMs, halted);
      if (halted.aborted) return;
      bornAt = performance.now();
      // Awaited, and its failure told, by the next turn.
      void this.#launch();
    }
  }
}

async function sleep(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal }).catch(() => {});
}

async function fateOf(launched: Promise<Life> | null): Promise<string> {
  try {
    const exit = await (await launched)?.exited;
    return exit ? `ended (${describeExit(exit)})` : 'is down';
  } catch (error) {
    return `did not start (${reasonOf(error)})`;
  }
}
