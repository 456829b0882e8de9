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

const config = z.object({
  /** Loopback port to listen on; 0 = any. */
  PORT: z.coerce.number().int().min(0).max(65_535),
  /** Where webhooks go: `<GATEWAY_URL>/webhooks/<connection>`. */
  GATEWAY_URL: z.url({ protocol: /^https?$/ }).transform((url) => url.replace(/\/+$/, '')),
  /** JSON array of `{id, provider, secret}`: the connections to play, and the secret that signs their webhooks. */
  CONNECTIONS: connections,
});
export type Config = z.infer<typeof config>;

/** Reads the environment: the configuration, or every problem in it, a line each. */
export function readConfig(environment: NodeJS.ProcessEnv): { config: Config } | { problems: string[] } {
  const result = config.safeParse(environment);
  if (result.success) return { config: result.data };
  return { problems: result.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`) };
}
