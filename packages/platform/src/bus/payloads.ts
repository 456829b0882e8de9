import {
  MAX_FACTS,
  MAX_FACTS_BYTES,
  type FactContract,
  type NoticeContract,
  type WorkContract,
} from '@parley/contracts/contract';
import { z } from 'zod';
import { tracesJson } from '../tracing/traced-payload.ts';
import { encode } from './envelope.ts';

/** What a bus message of facts decodes to: the facts of one committed batch. */
export function factsSchema<Fact>(contract: FactContract<Fact>): z.ZodType<{ v: number; facts: Fact[] }> {
  return z.object({ v: z.literal(contract.version), facts: z.array(contract.fact) });
}

/** What a bus message of work decodes to. */
export function workSchema<Work>(contract: WorkContract<Work>): z.ZodType<{ v: number; work: Work }> {
  return z.object({ v: z.literal(contract.version), work: contract.work });
}

/** The span that a fact came from, as `traceparent`, if it is traced. */
export type CauseOf<Fact> = (fact: Fact) => string | undefined;

const UNTRACED = (): undefined => undefined;

interface Chunk {
  texts: string[];
  causes: (string | undefined)[];
}

/** The texts of a batch of facts: as few as fit into 200 facts and 256 kB each; a larger fact goes alone. */
export function factsTexts<Fact>(
  contract: FactContract<Fact>,
  facts: readonly Fact[],
  causeOf: CauseOf<Fact> = UNTRACED,
): string[] {
  const chunks: Chunk[] = [];
  let bytes = 0;
  for (const fact of facts) {
    const json = JSON.stringify(fact);
    const size = Buffer.byteLength(json);
    const last = chunks.at(-1);
    if (last === undefined || last.texts.length === MAX_FACTS || bytes + size > MAX_FACTS_BYTES) {
      chunks.push({ texts: [json], causes: [causeOf(fact)] });
      bytes = size;
    } else {
      last.texts.push(json);
      last.causes.push(causeOf(fact));
      bytes += size;
    }
  }
  return chunks.map(
    ({ texts, causes }) => `{"v":${contract.version},${tracesJson(causes)}"facts":[${texts.join(',')}]}`,
  );
}

/** The text of one piece of work, and the span that it came from, as `traceparent`, if it is traced. */
export function workText<Work>(contract: WorkContract<Work>, work: Work, cause?: string): string {
  if (cause === undefined) return encode(contract.version, { work });
  return `{"v":${contract.version},${tracesJson([cause])}"work":${JSON.stringify(work)}}`;
}

/** The text of a notice. */
export function noticeText<Notice>(contract: NoticeContract<Notice>, notice: Notice): string {
  return encode(contract.version, { notice });
}
