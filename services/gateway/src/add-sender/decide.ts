import { parseAddress, senderKind } from '@parley/contracts/address';
import { text } from '@parley/contracts/text';
import { z } from 'zod';

/** Allows every address of a kind. */
const EVERY = '*';

/** The body of `POST /v1/senders`, its address normalised. */
export const addSenderRequest = z
  .strictObject({ kind: senderKind, address: text })
  .transform(({ kind, address }, context) => {
    if (address === EVERY) return { kind, address };
    const parsed = parseAddress(address);
    if (parsed?.kind === kind) return parsed;
    context.addIssue({ code: 'custom', path: ['address'], message: `is neither of kind ${kind} nor "*"` });
    return z.NEVER;
  });
