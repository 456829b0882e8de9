import { parseFields } from '@parley/contracts/http/field-errors';
import { receivesOnly } from '../sending/receives-only.ts';
import type { SigningProvider } from '../signing/sign.ts';
import { formFields } from './form.ts';
import { incomingMessage } from './incoming-message.ts';
import { twilioSignature } from './signature.ts';
import { statusCallback } from './status-callback.ts';

/** Tells Twilio to do nothing more: any other answer would be an error to it, or be sent to the sender as text. */
const NOTHING_TO_DO = '<?xml version="1.0" encoding="UTF-8"?><Response/>';

/** Twilio Programmable Messaging, receiving: SMS and MMS that come in, and callbacks on the status of others. */
export const twilio: SigningProvider = {
  name: 'twilio',
  ...receivesOnly,
  ...twilioSignature,
  content: 'form',
  webhooks: [incomingMessage, statusCallback],
  answer: { content_type: 'text/xml; charset=utf-8', body: NOTHING_TO_DO },
  parse: ({ body, at }) => {
    const fields = Object.fromEntries(formFields(body));
    const parsed = Object.hasOwn(fields, 'MessageStatus')
      ? parseFields(statusCallback, fields)
      : parseFields(incomingMessage, fields);
    if (!parsed.ok) return { kind: 'invalid', errors: parsed.errors };
    // Twilio does not say when a message was sent.
    return parsed.value.kind === 'message'
      ? { ...parsed.value, timestamp: new Date(at).toISOString() }
      : parsed.value;
  },
};
