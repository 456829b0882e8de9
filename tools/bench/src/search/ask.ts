import { readJson } from '@parley/trial/read-json';
import { z } from 'zod';
import { summary, type Times, type Took } from '../filled/times.ts';
import type { Question, Sample } from './questions.ts';

const page = z.object({ data: z.array(z.looseObject({})), next_cursor: z.string().nullable() });

/** Somebody who asks for lists of messages. */
export interface Asker {
  baseUrl: string;
  apiKey: string;
  signal: AbortSignal | undefined;
}

/** One page of messages, and how long it took, ms. */
export async function ask(
  { baseUrl, apiKey, signal }: Asker,
  question: Question,
): Promise<{ ms: number; messages: Sample[]; next: string | null }> {
  signal?.throwIfAborted();
  const url = `${baseUrl}/v1/messages?${new URLSearchParams(question)}`;
  const begun = performance.now();
  const found = await readJson(url, page, {
    headers: { authorization: `Bearer ${apiKey}` },
    signal: AbortSignal.timeout(60_000),
  });
  return { ms: performance.now() - begun, messages: found.data, next: found.next_cursor };
}

/** Asks all questions, one after the other, each twice; the second time counts: by then what it needs is in memory. */
export async function timesOf(name: string, asker: Asker, questions: readonly Question[]): Promise<Times> {
  const times: Took[] = [];
  for (const question of questions) {
    await ask(asker, question);
    const { ms } = await ask(asker, question);
    times.push({ ms, which: new URLSearchParams(question).toString() });
  }
  return summary(name, times);
}

/** Walks so many pages of the list, and tells of the first hundred of them and of the last. */
export async function pageTimes(asker: Asker, pages: number): Promise<Times[]> {
  const times: Took[] = [];
  let next: string | null = null;
  do {
    const found: Awaited<ReturnType<typeof ask>> = await ask(asker, next === null ? {} : { cursor: next });
    times.push({ ms: found.ms, which: `page ${times.length + 1}` });
    next = found.next;
  } while (next !== null && times.length < pages);
  return [
    summary('pages 1 to 100', times.slice(0, 100)),
    summary(`the 100 up to page ${times.length}`, times.slice(-100)),
  ];
}
