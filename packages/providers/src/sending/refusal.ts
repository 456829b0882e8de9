import { z } from 'zod';
import type { Outcome } from '../provider.ts';
import { jsonOf } from './json-of.ts';

const MAX_CODE = 64;
const MAX_DETAIL = 500;

const word = z.union([z.string(), z.number()]).transform(String).pipe(z.string().trim().min(1));

/** Where providers put the code and the words of a refusal; what does not fit is passed over. */
const refusalBody = z.object({
  code: word.optional().catch(undefined),
  detail: word.optional().catch(undefined),
  message: word.optional().catch(undefined),
  title: word.optional().catch(undefined),
});

/** The refusal in a final answer, with the provider's own code and words where it gave any. */
export function readRefusal(status: number, body: string): Outcome {
  const said = refusalBody.safeParse(jsonOf(body)).data ?? {};
  return {
    kind: 'refused',
    code: clip(said.code ?? `http_${status}`, MAX_CODE),
    detail: clip(said.detail ?? said.message ?? said.title ?? `answered ${status}`, MAX_DETAIL),
  };
}

/** A provider's words are foreign input: bounded, and free of what cannot be stored. */
function clip(words: string, length: number): string {
  return words.slice(0, length).replaceAll('\u0000', '').toWellFormed();
}
