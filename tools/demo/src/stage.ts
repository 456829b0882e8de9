import { setTimeout as delay } from 'node:timers/promises';
import { stripVTControlCharacters, styleText } from 'node:util';
import { wrap } from './wrap.ts';

/** Where the story is told: a terminal gets colours, everything else plain lines. */
export interface Stage {
  /** Opens a scene. */
  scene(title: string): Promise<void>;
  /** What the narrator says. */
  tell(line: string): Promise<void>;
  /** Somebody says something to somebody. */
  says(line: Said): Promise<void>;
  /** What happened to what was said. */
  happens(line: string): Promise<void>;
  /** What was refused, and why. */
  refuses(line: string): Promise<void>;
  /** A table, a row an array of cells. */
  table(rows: readonly (readonly string[])[]): Promise<void>;
}

/** A line of dialogue. */
export interface Said {
  from: string;
  to: string;
  type: string;
  body: string;
}

/** How and where it is told. */
export interface StageOptions {
  output: NodeJS.WriteStream;
  /** After each line, ms. */
  paceMs: number;
  signal: AbortSignal;
}

const WIDTH = 100;
/** Where what is said begins: behind who says it to whom, and how. */
const SAID = 27;
const MARGIN = 2;

/** A stage on a stream. Telling rejects when it is aborted. */
export function openStage({ output, paceMs, signal }: StageOptions): Stage {
  const style = (format: Parameters<typeof styleText>[0], text: string): string =>
    styleText(format, text, { stream: output });
  const width = output.isTTY ? output.columns : Infinity;
  const print = async (line: string): Promise<void> => {
    output.write(`${line}\n`);
    await delay(paceMs, undefined, { signal });
  };
  /** Behind `head`, in what is left of the line and of those below. */
  const beside = (head: string, text: string, format?: Parameters<typeof styleText>[0]): Promise<void> => {
    const indent = stripVTControlCharacters(head).length;
    const lines = wrap(text, width - indent);
    const styled = lines.map((line) => (format === undefined ? line : style(format, line)));
    return print(head + styled.join(`\n${' '.repeat(indent)}`));
  };
  const margin = ' '.repeat(MARGIN);
  const mark = (sign: string): string => `${' '.repeat(SAID)}${sign} `;
  let scenes = 0;
  return {
    scene: (title) => {
      scenes += 1;
      const head = `── ${scenes}  ${title} `;
      const rule = '─'.repeat(Math.max(0, Math.min(WIDTH, width) - head.length));
      return print(`\n${style(['bold', 'cyan'], head + rule)}\n`);
    },
    tell: (line) => beside(margin, line, 'dim'),
    says: ({ from, to, type, body }) => {
      const who = `${from} → ${to}`.padEnd(17);
      return beside(`${margin}${style('bold', who)} ${style('magenta', type.padEnd(6))} `, body);
    },
    happens: (line) => beside(mark(style('green', '✓')), line, 'dim'),
    refuses: (line) => beside(mark(style('red', '✗')), line),
    table: async (rows) => {
      for (const { head, last } of columns(rows)) await beside(margin + head, last);
    },
  };
}

/** Rows as lines: `last` is the last cell, `head` those before it, each as wide as the widest of its column. */
export function columns(rows: readonly (readonly string[])[]): { head: string; last: string }[] {
  const width = (column: number): number => Math.max(...rows.map((row) => row[column]?.length ?? 0));
  return rows.map((row) => ({
    head: row
      .slice(0, -1)
      .map((cell, column) => `${cell.padEnd(width(column))}  `)
      .join(''),
    last: row.at(-1) ?? '',
  }));
}
