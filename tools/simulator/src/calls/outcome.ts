import { z } from 'zod';

const MAX_DELAY_MS = 600_000;

const word = (characters: number) => z.string().min(1).max(characters);

const answered = z
  .strictObject({
    /** 2xx accepts, everything else does not. Statuses that have no body cannot carry an id. */
    status: z
      .int()
      .min(200)
      .max(599)
      .refine((status) => ![204, 205, 304].includes(status)),
    /** The Retry-After of the answer: seconds, or the field as it stands. */
    retry_after: z.union([z.int().min(0), z.string().regex(/^[\x20-\x7e]{0,100}$/)]).optional(),
    /** What the provider calls the reason of a refusal, and says of it. */
    code: word(64).optional(),
    detail: word(500).optional(),
  })
  .refine(({ status, code, detail }) => status >= 300 || (code ?? detail) === undefined);

/** What one call comes to, as it is told. */
export const outcome = z.union(
  [
    answered,
    /** Accepts, and answers late. */
    z.strictObject({ delay_ms: z.int().min(0).max(MAX_DELAY_MS) }),
    /** Accepts, and breaks the connection without an answer. */
    z.strictObject({ accept_then_drop: z.literal(true) }),
    /** Breaks the connection without having accepted. */
    z.strictObject({ drop: z.literal(true) }),
    /** Accepts, and reports this whatever chaos says; what was read was delivered before. */
    z.strictObject({ receipt: z.enum(['delivered', 'read', 'none']) }),
    z.strictObject({ receipt: z.literal('failed'), error_code: word(64).optional() }),
  ],
  'is none of {status, retry_after?, code?, detail?}, {delay_ms}, {accept_then_drop: true}, {drop: true}, ' +
    '{receipt: "delivered"|"read"|"none"} and {receipt: "failed", error_code?}',
);
export type Outcome = z.infer<typeof outcome>;

/** What the receipt of a message says, or that there is none. */
export type ReceiptOutcome = Extract<Outcome, { receipt: unknown }>;
