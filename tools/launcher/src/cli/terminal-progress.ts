import type { Progress } from '../instance/progress.ts';

/** Where progress is shown; a terminal gets a line that lives. */
export interface Screen {
  isTTY?: boolean;
  write(text: string): unknown;
}

const CLEAR_LINE = '\r\u001B[2K';
const REDRAW_MS = 100;
const STILL_MS = 5000;

/**
 * Shows each finished step as a line with its duration. What is under way is on a terminal one line that is redrawn,
 * elsewhere a line every five seconds. The first failure is marked as one: it ends the whole undertaking, so what fails
 * after it, or was aborted, is shown as given up.
 */
export class TerminalProgress implements Progress {
  readonly #screen: Screen;
  readonly #active = new Map<string, number>();
  #timer: NodeJS.Timeout | undefined;
  #over = false;

  constructor(screen: Screen) {
    this.#screen = screen;
  }

  async step<T>(name: string, work: () => Promise<T>): Promise<T> {
    const begun = performance.now();
    this.#active.set(name, begun);
    this.#tick();
    try {
      const result = await work();
      this.#end(name, `  ✓ ${name.padEnd(18)} ${seconds(performance.now() - begun)}`);
      return result;
    } catch (error) {
      const abandoned = this.#over || isAbort(error);
      this.#over = true;
      this.#end(name, abandoned ? `  - ${name.padEnd(18)} given up` : `  ✗ ${name}`);
      throw error;
    }
  }

  say(line: string): void {
    this.#print(`${new Date().toTimeString().slice(0, 8)} ${line}`);
  }

  #print(line: string): void {
    this.#screen.write(`${this.#screen.isTTY ? CLEAR_LINE : ''}${line}\n`);
    this.#draw();
  }

  #end(name: string, line: string): void {
    this.#active.delete(name);
    this.#print(line);
    if (this.#active.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #tick(): void {
    this.#draw();
    const { isTTY } = this.#screen;
    this.#timer ??= setInterval(
      () => (isTTY ? this.#draw() : this.#still()),
      isTTY ? REDRAW_MS : STILL_MS,
    ).unref();
  }

  #draw(): void {
    if (!this.#screen.isTTY || this.#active.size === 0) return;
    this.#screen.write(`${CLEAR_LINE}  … ${this.#underWay()}`);
  }

  #still(): void {
    this.#screen.write(`  … ${this.#underWay()}\n`);
  }

  #underWay(): string {
    const oldest = Math.min(...this.#active.values());
    return `${[...this.#active.keys()].join(', ')} (${seconds(performance.now() - oldest)})`;
  }
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}

/** Milliseconds as people read them: `1.2 s`. */
export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
