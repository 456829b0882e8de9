import { afterEach, expect, test } from '@jest/globals';
import { newMessageId, type MessageId } from '@parley/contracts/ids';
import { anAcceptItem, until } from '@parley/testkit';
import { sql } from 'kysely';
import { dispatching } from './testing/dispatching.ts';
import { observedSending } from './testing/observed-sending.ts';
import { attemptRows, messageRow, SMS } from './testing/rows.ts';
import type { Step } from './testing/scripted-provider.ts';

const TO = '+12125550001';
const dispatchers = await dispatching((url) => ({
  connections: [{ id: SMS, provider: 'sms-gateway', types: ['sms'], url }],
}));
const { db, provider } = dispatchers;
const sending = observedSending(dispatchers);

afterEach(dispatchers.stopAll);

const start = () =>
  dispatchers.start({
    // Nothing ends by itself while a test runs: leases do when it says so.
    LEASE_MS: '100000',
    PROVIDER_TIMEOUT_MS: '90000',
    // The bus may give work to who sleeps: it is asked for again by somebody awake.
    QUEUED_STALE_MS: '1000',
  });

/** Sends a message with which the provider deals as told, once it has been called for it. */
async function sendUntilCalled(step: Step): Promise<MessageId> {
  provider.script(TO, [step]);
  const id = await sending.send(anAcceptItem({ id: newMessageId(), to: TO }));
  await until(() => provider.accepted.get(id) === 1, { what: 'the provider has taken the message' });
  return id;
}

const endLease = (id: MessageId) =>
  sql`update message set stale_after = now() - interval '1 s' where id = ${id}`.execute(db);

test('killed between the call and its record, the message is sent once and found out', async () => {
  const killed = start();
  const id = await sendUntilCalled({ answer: 'never' });
  killed.signal('SIGKILL');
  expect(await killed.ended).toBe('SIGKILL');
  await endLease(id);
  start();
  await sending.isSent(id);
  expect(provider.accepted.get(id)).toBe(1);
  expect(await attemptRows(db, id)).toMatchObject([
    { outcome: 'unknown', detail: 'lease_expired' },
    { outcome: 'accepted' },
  ]);
});

test('stopped past its lease and woken up again, it changes nothing that another one did meanwhile', async () => {
  const release = Promise.withResolvers<void>();
  const sleeper = start();
  const id = await sendUntilCalled({ answer: release.promise });
  sleeper.signal('SIGSTOP');
  await endLease(id);
  start();
  await sending.isSent(id);
  release.resolve();
  sleeper.signal('SIGCONT');
  await until(async () => (await attemptRows(db, id))[0]?.detail !== 'lease_expired', {
    what: 'the late end of the first call is recorded',
  });
  expect(await messageRow(db, id)).toMatchObject({ status: 'sent', attempt_no: 2 });
  expect(provider.accepted.get(id)).toBe(1);
});
