import { z } from 'zod';
import { outcome } from '../calls/outcome.ts';
import type { Route } from '../http/door.ts';
import { problem } from '../http/reply.ts';
import type { World } from '../setup/world.ts';
import { knownConnection } from './known-connection.ts';
import { withBody } from './with-body.ts';

const MAX_OUTCOMES = 1_000;

/** `POST /control/scripts`: outcomes for the next calls to a recipient, one per call. */
export function postScripts({ connections, scripts }: World): Route {
  const script = z.strictObject({
    connection: knownConnection(connections).nullish(),
    to: z.string().min(1),
    outcomes: z.array(outcome).min(1).max(MAX_OUTCOMES),
  });
  return withBody(script, ({ connection, to, outcomes }) =>
    scripts.add({ connection: connection?.id ?? null, to, outcomes })
      ? { status: 200, body: { connection: connection?.id ?? null, to, outcomes } }
      : problem('conflict', 'too many scripted outcomes wait for their calls'),
  );
}
