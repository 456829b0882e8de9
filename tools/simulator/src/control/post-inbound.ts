import { parseFields } from '@parley/contracts/http/field-errors';
import { z } from 'zod';
import type { Route } from '../http/door.ts';
import { problem, type Reply } from '../http/reply.ts';
import type { Connection } from '../setup/connection.ts';
import type { World } from '../setup/world.ts';
import { INBOUND_BODIES, type InboundMessage } from '../webhooks/inbound-body.ts';
import { knownConnection } from './known-connection.ts';
import { withBody } from './with-body.ts';

/** `POST /control/inbound`: somebody writes to us; the webhook is signed, delivered once, and its answer told. */
export function postInbound(world: World): Route {
  const addressed = z.looseObject({ connection: knownConnection(world.connections) });
  return withBody(addressed, async ({ connection, ...rest }) => {
    const schema = INBOUND_BODIES[connection.provider.name];
    if (schema === undefined) return problem('conflict', `nobody writes through ${connection.id}`);
    const parsed = parseFields(schema, rest);
    return parsed.ok
      ? deliver(world, connection, parsed.value)
      : problem('validation_failed', 'see errors', parsed.errors);
  });
}

async function deliver(
  { gateway }: World,
  connection: Connection,
  { id, payload }: InboundMessage,
): Promise<Reply> {
  try {
    const { status, body } = await gateway.post(connection, Buffer.from(JSON.stringify(payload)));
    return { status: 200, body: { id, webhook: payload, answer: { status, body: jsonOrText(body) } } };
  } catch {
    return problem('unavailable', 'the gateway did not answer the webhook');
  }
}

function jsonOrText(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}
