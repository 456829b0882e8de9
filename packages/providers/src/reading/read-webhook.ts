import { parseFields } from '@parley/contracts/http/field-errors';
import type { z } from 'zod';
import type { IncomingMessage, IncomingReceipt, ParsedWebhook, Webhook } from '../provider.ts';
import { checkDepth, readJson } from './read-json.ts';

/** Chooses how to read a webhook by what its value looks like. */
export type SchemaFor = (value: unknown) => z.ZodType<IncomingMessage | IncomingReceipt>;

/** Reads a webhook of JSON with the schema that is chosen for its value. Never throws. */
export function readWebhook(webhook: Webhook, schemaFor: SchemaFor): ParsedWebhook {
  const json = readJson(webhook.body);
  if (json === null) return { kind: 'invalid_json' };
  const shallow = checkDepth(json.value);
  const parsed = shallow.ok ? parseFields(schemaFor(shallow.value), shallow.value) : shallow;
  return parsed.ok ? parsed.value : { kind: 'invalid', errors: parsed.errors };
}
