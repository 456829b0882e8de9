import { providerNamed } from '@parley/providers/registry';
import { secretKey } from '@parley/providers/signing/secret-key';
import { z } from 'zod';
import type { Connection } from './connection.ts';

const RESERVED = new Set(['control', 'health']);

const connection = z
  .strictObject({ id: z.string().min(1).max(64), provider: z.string(), secret: z.string() })
  .transform((input, context): Connection => {
    const provider = providerNamed(input.provider);
    const complain = (path: string, message: string) =>
      context.addIssue({ code: 'custom', path: [path], message });
    if (RESERVED.has(input.id)) complain('id', 'is a path of the simulator itself');
    if (secretKey(input.secret) === null) complain('secret', 'has no byte in it');
    if (provider !== null) return { id: input.id, secret: input.secret, provider };
    complain('provider', 'is not a known provider');
    return z.NEVER;
  });

const connections = z
  .string()
  .transform((value, context): unknown => {
    try {
      return JSON.parse(value);
    } catch {
      context.addIssue({ code: 'custom', message: 'is not JSON' });
      return z.NEVER;
    }
  })
  .pipe(z.array(connection).min(1))
  .refine((all) => new Set(all.map(({ id }) => id)).size === all.length, 'names a connection twice');

/** What the simulator reads from its environment. */
export const simulatorConfig = z.object({
  HOST: z.string().default('127.0.0.1').describe('Address to listen on: its control door asks for no key'),
  PORT: z.coerce.number().int().min(0).max(65_535).describe('Port to listen on; 0 = any'),
  GATEWAY_URL: z
    .url({ protocol: /^https?$/ })
    .transform((url) => url.replace(/\/+$/, ''))
    .describe('Where webhooks go: `<GATEWAY_URL>/webhooks/<connection>`'),
  CONNECTIONS: connections.describe(
    'JSON array of `{id, provider, secret}`: the connections to play, and the secret that signs their webhooks',
  ),
});
export type Config = z.infer<typeof simulatorConfig>;
