import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { ConsentEntry } from '@parley/contracts/consent';
import { readConsent, recordConsent, type ReadConsentItem } from '@parley/contracts/requests/consent';
import { aConsent } from '@parley/testkit';
import { seededGateway } from '../testing/seeded-gateway.ts';
import { loadActs } from '../testing/load-acts.ts';
import { testKey } from '../testing/test-keys.ts';

const sender = testKey('sender', ['send']);
const reader = testKey('reader', ['read']);

let ledger: ConsentEntry[] = [];
let asked: ReadConsentItem[] = [];

const { gateway, databaseUrl, close } = await seededGateway({ api_keys: [sender.row, reader.row] });

beforeAll(async () => {
  await gateway.standIn(recordConsent, async (entries) => {
    const lines = entries.map((entry) => ({
      ...entry,
      received_at: entry.received_at ?? '2026-01-15T10:00:00.000Z',
    }));
    ledger.push(...lines);
    return lines;
  });
  await gateway.standIn(readConsent, async (items) => {
    asked.push(...items);
    return items.map(({ address }) => ledger.filter((entry) => entry.address === address));
  });
});
afterAll(close);

beforeEach(() => {
  ledger = [];
  asked = [];
});

const record = (body: unknown, { key } = sender) => gateway.call('/v1/consent', { key, body });
const read = (address: string, { key } = reader) =>
  gateway.call(`/v1/consent/${encodeURIComponent(address)}`, { key });

describe('POST /v1/consent', () => {
  test('adds a line for the normalised address and its class, and says so in the audit log', async () => {
    const answer = await record({ address: '1 804 555 1234', state: 'opted_out', evidence: 'Called us.' });
    expect(answer.status).toBe(201);
    expect(answer.body).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      type_class: 'sms',
      address: '+18045551234',
      state: 'opted_out',
      source: 'api',
      evidence: 'Called us.',
      received_at: expect.stringMatching(/Z$/),
    });
    expect(ledger).toMatchObject([{ ...answer.body, account_id: 'acme' }]);
    expect((await loadActs(databaseUrl)).at(-1)).toEqual({
      account_id: 'acme',
      by: 'sender',
      action: 'consent.record',
      subject: answer.body['id'],
      details: { type_class: 'sms', state: 'opted_out' },
    });
  });

  test('is about e-mail where the address is one', async () => {
    const body = { address: '[A@X.test](mailto:A@X.test)', state: 'opted_in', type_class: 'email' };
    expect((await record(body)).body).toMatchObject({
      address: 'a@x.test',
      type_class: 'email',
      evidence: null,
    });
  });

  test('gives lines that are recorded one after the other ids in that order', async () => {
    for (const state of ['opted_out', 'opted_in', 'opted_out'])
      await record({ address: '+18045551234', state });
    const ids = ledger.map(({ id }) => id);
    expect(ids).toEqual(ids.toSorted());
  });

  test.each([
    ['an address that nobody can be written to', { address: 'MyCorp', state: 'opted_out' }, '#/address'],
    [
      'a class of another kind',
      { address: '+18045551234', state: 'opted_in', type_class: 'email' },
      '#/type_class',
    ],
    ['an unknown state', { address: '+18045551234', state: 'perhaps' }, '#/state'],
    [
      'too much evidence',
      { address: '+18045551234', state: 'opted_in', evidence: 'x'.repeat(2_001) },
      '#/evidence',
    ],
    ['an unknown field', { address: '+18045551234', state: 'opted_in', zap: 1 }, '#/zap'],
  ])('refuses %s', async (_, body, pointer) => {
    expect(await record(body)).toMatchObject({ status: 422, body: { errors: [{ pointer }] } });
    expect(ledger).toEqual([]);
  });

  test('is for keys that send', async () => {
    expect(await record({ address: '+18045551234', state: 'opted_in' }, reader)).toMatchObject({
      status: 403,
    });
  });
});

describe('GET /v1/consent/{address}', () => {
  test('tells what the latest line says, and all lines', async () => {
    const line = aConsent({ address: '+18045551234', state: 'opted_out' });
    const { account_id: _, ...shown } = line;
    ledger = [line];
    expect((await read('1 804 555 1234')).body).toEqual({
      address: '+18045551234',
      type_class: 'sms',
      state: 'opted_out',
      data: [shown],
    });
    expect(asked).toEqual([{ account_id: 'acme', address: '+18045551234', limit: 200 }]);
  });

  test('tells of an address without lines that nothing is known', async () => {
    expect(await read('Nobody@X.test')).toMatchObject({
      status: 200,
      body: { address: 'nobody@x.test', type_class: 'email', state: null, data: [] },
    });
  });

  test.each(['MyCorp', 'bugs', '%', '\u0000'])('answers 404 for %j, which is nobody’s', async (address) => {
    expect(await read(address)).toMatchObject({ status: 404, body: { code: 'not_found' } });
  });

  test('is for keys that read', async () => {
    expect(await read('+18045551234', sender)).toMatchObject({ status: 403 });
  });
});
