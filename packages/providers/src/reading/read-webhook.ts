import { parseFields } from '@parley/contracts/http/field-errors';
import { readJson } from '@parley/contracts/http/read-json';
import type { z } from 'zod';
import type { IncomingMessage, IncomingReceipt, ParsedWebhook, Webhook } from '../provider.ts';

/** Chooses how to read a webhook by what its value looks like. */
export type SchemaFor = (value: unknown) => z.ZodType<IncomingMessage | IncomingReceipt>;

/** Reads a webhook of JSON with the schema that is chosen for its value. Never throws. */
export function readWebhook(webhook: Webhook, schemaFor: SchemaFor): ParsedWebhook {
  const json = readJson(webhook.body);
  if (!json.ok) return { kind: 'invalid_json', detail: json.detail };
  const parsed = parseFields(schemaFor(json.value), json.value);
  return parsed.ok ? parsed.value : { kind: 'invalid', errors: parsed.errors };
}
