import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import type { Door } from '../http/door.ts';
import { readBody, readJson } from '../http/read-body.ts';
import { sendReply } from '../http/reply.ts';
import { reportDelivery, type Report } from '../receipts/report-delivery.ts';
import type { Connection } from '../setup/connection.ts';
import type { World } from '../setup/world.ts';
import { decideByChance, decideTold, DOWN, type Decision } from './decide.ts';
import type { Taken } from './ledger.ts';

const MAX_BODY_BYTES = 1_000_000;

const outgoing = z.object({
  from: z.string().min(1),
  to: z.string().min(1),
  headers: z.object({ 'List-Unsubscribe': z.string().optional() }).optional(),
});

/** One call to a provider, as far as it matters here. */
interface Call extends z.infer<typeof outgoing> {
  key: string | null;
  /** Where the call stands in its trace, as `traceparent`: what is reported of it stands there too. */
  traceparent: string | null;
}

/** What a call comes to. */
interface Settled extends Decision {
  /** The message that this call made the provider take. */
  taken: Taken | null;
  /** What is to be reported of that message; null = nothing. */
  report: Report | null;
  body: Record<string, string>;
}

/** `POST /<connection>/messages`: a provider takes a message, or plays that it does not. */
export function takeCall(connection: Connection, world: World): Door {
  return async (request, response) => {
    const at = Date.now();
    const call = await readCall(request);
    const settled = call.to === '' ? MALFORMED : settle(connection, world, call);
    const { status, delay_ms, taken, report } = settled;
    const [sent, accepted] = [taken !== null, taken?.isFirst ?? false];
    const { key: idempotency_key, from, to } = call;
    world.ledger.record({
      at,
      connection: connection.id,
      idempotency_key,
      status,
      from,
      to,
      list_unsubscribe: call.headers?.['List-Unsubscribe'] ?? null,
      sent,
      accepted,
    });
    if (report?.beforeAnswer) await report.beforeAnswer();
    if (delay_ms > 0) await wait(delay_ms, undefined, { ref: false });
    answer(response, settled);
    report?.afterAnswer();
  };
}

/** The call in a request; without from and to when it is malformed. */
async function readCall(request: IncomingMessage): Promise<Call> {
  const key = request.headers['idempotency-key'];
  const body = await readBody(request, MAX_BODY_BYTES);
  const message = body === null ? null : outgoing.safeParse(readJson(body)).data;
  const { traceparent } = request.headers;
  return {
    from: '',
    to: '',
    ...message,
    key: typeof key === 'string' && key !== '' ? key : null,
    traceparent: typeof traceparent === 'string' ? traceparent : null,
  };
}

function settle(connection: Connection, world: World, call: Call): Settled {
  const { id } = connection;
  const { ledger, scripts, magic, chaos } = world;
  const { latency_ms, ignore_keys, down } = chaos.setting;
  if (down.includes(id)) return refuse(DOWN);
  const [earlier] = ignore_keys || call.key === null ? [] : ledger.references(id, call.key);
  if (earlier !== undefined)
    return { ...decideByChance('none', latency_ms), taken: null, report: null, body: { id: earlier } };
  const { fault, receipt } = chaos.meet(id, call.to);
  const told = scripts.take(id, call.to) ?? magic.play(id, call.to, call.key);
  const decision = told === null ? decideByChance(fault, latency_ms) : decideTold(told);
  if (!decision.accept) return refuse(decision);
  const taken = ledger.take(id, call.key);
  const { key: client_reference, traceparent } = call;
  const message = { connection, reference: taken.reference, client_reference, traceparent };
  const report = reportDelivery(message, { plan: receipt, told: decision.receipt, receipts: world.receipts });
  return { ...decision, taken, report, body: { id: taken.reference } };
}

function refuse(decision: Decision): Settled {
  const code = decision.code ?? `simulated_${decision.status}`;
  const detail = decision.detail ?? 'the simulator was told not to take this message';
  return { ...decision, taken: null, report: null, body: { code, detail } };
}

const MALFORMED = refuse({
  ...DOWN,
  status: 400,
  retry_after: null,
  code: 'invalid_request',
  detail: 'a message is a JSON object with from and to',
});

function answer(response: ServerResponse, { status, body, retry_after }: Settled): void {
  if (status === null) response.socket?.destroy();
  else
    sendReply(response, {
      status,
      body,
      ...(retry_after === null ? {} : { headers: { 'retry-after': retry_after } }),
    });
}
