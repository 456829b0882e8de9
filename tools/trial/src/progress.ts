import { TerminalProgress } from '@parley/launcher/cli/terminal-progress';
import type { Screen } from '@parley/launcher/cli/terminal-progress';
import type { Progress as Steps } from '@parley/launcher/instance/progress';

/** Hears what a trial does. */
export interface Progress extends Steps {
  /** Does a piece of work whose state `describe` puts into words, and shows it over and over. Settles as `work` does. */
  live<T>(describe: () => string, work: () => Promise<T>): Promise<T>;
}

const CLEAR_LINE = '\r\u001B[2K';
const REDRAW_MS = 250;
const STILL_MS = 5_000;

/** Shows what is going on: on a terminal in one line that is redrawn, elsewhere in a line every five seconds. */
export class TrialProgress extends TerminalProgress implements Progress {
  readonly #output: Screen;

  constructor(output: Screen) {
    super(output);
    this.#output = output;
  }

  async live<T>(describe: () => string, work: () => Promise<T>): Promise<T> {
    const { isTTY = false } = this.#output;
    const show = (mark: string, end: string): void =>
      void this.#output.write(`${isTTY ? CLEAR_LINE : ''}  ${mark} ${describe()}${end}`);
    const timer = setInterval(() => show('…', isTTY ? '' : '\n'), isTTY ? REDRAW_MS : STILL_MS);
    let mark = '✗';
    try {
      const result = await work();
      mark = '✓';
      return result;
    } finally {
      clearInterval(timer);
      show(mark, '\n');
    }
  }
}

/** Says nothing. */
export const silent: Progress = {
  step: (_name, work) => work(),
  say: () => {},
  live: (_describe, work) => work(),
};
