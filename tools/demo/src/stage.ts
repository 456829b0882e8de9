import { setTimeout as delay } from 'node:timers/promises';
import { styleText } from 'node:util';

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
const INDENT = ' '.repeat(27);

/** A stage on a stream. Telling rejects when it is aborted. */
export function openStage({ output, paceMs, signal }: StageOptions): Stage {
  const style = (format: Parameters<typeof styleText>[0], text: string): string =>
    styleText(format, text, { stream: output });
  const print = async (line: string): Promise<void> => {
    output.write(`${line}\n`);
    await delay(paceMs, undefined, { signal });
  };
  let scenes = 0;
  return {
    scene: (title) => {
      scenes += 1;
      const head = `── ${scenes}  ${title} `;
      return print(`\n${style(['bold', 'cyan'], head + '─'.repeat(Math.max(0, WIDTH - head.length)))}\n`);
    },
    tell: (line) => print(`  ${style('dim', line)}`),
    says: ({ from, to, type, body }) => {
      const who = `${from} → ${to}`.padEnd(17);
      return print(`  ${style('bold', who)} ${style('magenta', type.padEnd(6))} ${body}`);
    },
    happens: (line) => print(`${INDENT}${style('green', '✓')} ${style('dim', line)}`),
    refuses: (line) => print(`${INDENT}${style('red', '✗')} ${line}`),
    table: async (rows) => {
      for (const line of columns(rows)) await print(`  ${line}`);
    },
  };
}

/** Rows as lines, every column but the last as wide as its widest cell. */
export function columns(rows: readonly (readonly string[])[]): string[] {
  const width = (column: number): number => Math.max(...rows.map((row) => row[column]?.length ?? 0));
  return rows.map((row) =>
    row.map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(width(column)))).join('  '),
  );
}
