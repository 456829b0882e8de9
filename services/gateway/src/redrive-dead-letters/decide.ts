import { deadLetterKind } from '@parley/contracts/dead-letter';
import { connectionId } from '@parley/contracts/ids';
import { text } from '@parley/contracts/text';
import { z } from 'zod';

const MAX_LETTERS = 500;

/** The body of `POST /v1/dead-letters/redrive`: conditions, combined with AND, of which one is needed. */
export const redriveDeadLettersRequest = z
  .strictObject({
    ids: z
      .array(z.uuid().toLowerCase())
      .min(1)
      .max(MAX_LETTERS)
      .transform((ids) => [...new Set(ids)])
      .optional(),
    kind: deadLetterKind.optional(),
    reason: text.optional(),
    connection: text.pipe(connectionId).optional(),
    limit: z.int().min(1).max(MAX_LETTERS).default(MAX_LETTERS),
  })
  .refine(({ limit: _, ...conditions }) => Object.values(conditions).some((value) => value !== undefined), {
    message: 'needs at least one of ids, kind, reason and connection',
  });
