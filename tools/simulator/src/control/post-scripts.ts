import { z } from 'zod';
import { scriptedOutcome } from '../calls/scripts.ts';
import { problem } from '../http/reply.ts';
import type { World } from '../setup/world.ts';
import { knownConnection } from './known-connection.ts';
import { withBody, type Route } from './route.ts';

const MAX_OUTCOMES = 1_000;

/** `POST /control/scripts`: outcomes for the next calls to a recipient, one per call. */
export function postScripts({ connections, scripts }: World): Route {
  const script = z.strictObject({
    connection: knownConnection(connections).nullish(),
    to: z.string().min(1),
    outcomes: z.array(scriptedOutcome).min(1).max(MAX_OUTCOMES),
  });
  return withBody(script, ({ connection, to, outcomes }) =>
    scripts.add({ connection: connection?.id ?? null, to, outcomes })
      ? { status: 200, body: { connection: connection?.id ?? null, to, outcomes } }
      : problem('conflict', 'too many scripted outcomes wait for their calls'),
  );
}
