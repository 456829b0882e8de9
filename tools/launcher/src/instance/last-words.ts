import { z } from 'zod';

const logLine = z.object({ level: z.union([z.string(), z.number()]), msg: z.string() });
const problemList = z.object({ problems: z.array(z.string()) });

/**
 * What a process that ended said last about why, in at most 300 characters: the message of its last error line if it
 * logs JSON, else the last line that speaks of an error, else its last line. Empty when it said nothing.
 */
export function lastWords(log: string): string {
  const lines = log
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const told = lines.map(complaint).findLast((words) => words !== null);
  const plain = lines.findLast((line) => /\berror\b/i.test(line) && !line.startsWith('at ')) ?? lines.at(-1);
  return (told ?? plain ?? '').slice(0, 300);
}

function complaint(line: string): string | null {
  if (!line.startsWith('{')) return null;
  const json = parse(line);
  const parsed = logLine.safeParse(json);
  if (!parsed.success || !isSevere(parsed.data.level)) return null;
  const problems = problemList.safeParse(json);
  return problems.success && !parsed.data.msg.includes(problems.data.problems[0] ?? '')
    ? `${parsed.data.msg}: ${problems.data.problems.join('; ')}`
    : parsed.data.msg;
}

function isSevere(level: string | number): boolean {
  return typeof level === 'number' ? level >= 50 : ['error', 'fatal'].includes(level);
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
