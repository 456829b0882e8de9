import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import { readBody, readJson } from '../http/read-body.ts';
import { sendReply } from '../http/reply.ts';
import { reportDelivery } from '../receipts/report-delivery.ts';
import type { Connection } from '../setup/connection.ts';
import type { World } from '../setup/world.ts';
import { decideByChance, decideScripted, type Decision } from './decide.ts';

const MAX_BODY_BYTES = 1_000_000;

const outgoing = z.object({ from: z.string().min(1), to: z.string().min(1) });

/** One call to a provider, as far as it matters here. */
interface Call extends z.infer<typeof outgoing> {
  key: string | null;
}

/** What a call comes to; `reference` is that of a message which this call made the provider take. */
interface Settled extends Decision {
  reference: string | null;
  body: Record<string, string>;
}

type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** `POST /<connection>/messages`: a provider takes a message, or plays that it does not. */
export function takeCall(connection: Connection, world: World): Handler {
  return async (request, response) => {
    const key = request.headers['idempotency-key'];
    const body = await readBody(request, MAX_BODY_BYTES);
    const sent = body === null ? null : outgoing.safeParse(readJson(body)).data;
    const call: Call = { from: '', to: '', ...sent, key: typeof key === 'string' && key !== '' ? key : null };
    const settled = sent ? settle(connection, world, call) : MALFORMED;
    const { status, reference } = settled;
    world.ledger.record({
      at: Date.now(),
      connection: connection.id,
      idempotency_key: call.key,
      status,
      from: call.from,
      to: call.to,
      accepted: reference !== null,
    });
    const report = reference === null ? null : reportDelivery(connection, reference, world);
    if (report?.beforeAnswer) await report.beforeAnswer();
    if (settled.delay_ms > 0) await wait(settled.delay_ms, undefined, { ref: false });
    answer(response, settled);
    report?.afterAnswer();
  };
}

const MALFORMED: Settled = {
  accept: false,
  status: 400,
  delay_ms: 0,
  retry_after: null,
  reference: null,
  body: { code: 'invalid_request', detail: 'a message is a JSON object with from and to' },
};

function settle({ id }: Connection, { ledger, scripts, chaos }: World, call: Call): Settled {
  const earlier = ledger.find(id, call.key);
  const latency = chaos.setting.latency_ms;
  if (earlier !== null) return { ...decideByChance('none', latency), reference: null, body: { id: earlier } };
  const outcome = scripts.take(id, call.to);
  const decision = outcome ? decideScripted(outcome) : decideByChance(chaos.nextFault(), latency);
  if (!decision.accept) return { ...decision, reference: null, body: refusal(decision.status) };
  const reference = ledger.accept(id, call.key);
  return { ...decision, reference, body: { id: reference } };
}

function refusal(status: number | null): Record<string, string> {
  return { code: `simulated_${status}`, detail: 'the simulator was told not to take this message' };
}

function answer(response: ServerResponse, { status, body, retry_after }: Settled): void {
  if (status === null) response.socket?.destroy();
  else
    sendReply(response, {
      status,
      body,
      ...(retry_after === null ? {} : { headers: { 'retry-after': retry_after } }),
    });
}
