import { afterEach, expect, test } from '@jest/globals';
import { smsGateway } from '@parley/providers/sms-gateway/index';
import { eventually } from '../testing/eventually.ts';
import { ReceiptDelivery, type PostReceipt } from './delivery.ts';
import { receiptBody, type Receipt } from './receipt.ts';

const opened: ReceiptDelivery[] = [];
afterEach(() => opened.splice(0).forEach((delivery) => delivery.close()));

function open(post: PostReceipt, maxPending?: number): ReceiptDelivery {
  const delivery = new ReceiptDelivery(post, maxPending);
  opened.push(delivery);
  return delivery;
}

const aReceipt = (reference: string): Receipt => ({
  connection: { id: 'sms', provider: smsGateway, secret: 's' },
  reference,
  client_reference: null,
  traceparent: null,
  status: 'DELIVERED',
  error_code: null,
  occurred_at: Date.now(),
  attempts: 0,
});

test.each([
  ['an error of the gateway', () => Promise.resolve(503)],
  ['a refusal', () => Promise.resolve(404)],
  ['no answer at all', () => Promise.reject(new Error('refused'))],
])('a receipt that met %s is delivered again, byte for byte, until it is taken', async (_, failure) => {
  const bodies: string[] = [];
  const delivery = open((receipt) => {
    bodies.push(receiptBody(receipt).toString());
    return bodies.length < 3 ? failure() : Promise.resolve(200);
  });
  delivery.deliverIn(0, aReceipt('ref-1'));
  await eventually(() => expect(delivery.counts()).toEqual({ pending: 0, delivered: 1, dropped: 0 }));
  expect(bodies).toHaveLength(3);
  expect(new Set(bodies).size).toBe(1);
});

test('at most 64 deliveries are under way at once', async () => {
  let [underWay, most] = [0, 0];
  const delivery = open(async () => {
    underWay += 1;
    most = Math.max(most, underWay);
    await new Promise((resolve) => setImmediate(resolve));
    underWay -= 1;
    return 200;
  });
  for (let receipt = 0; receipt < 500; receipt += 1) delivery.deliverIn(0, aReceipt(`ref-${receipt}`));
  await eventually(() => expect(delivery.counts().delivered).toBe(500));
  expect(most).toBe(64);
});

test('no receipt is lost in an outage, and few are tried while it lasts', async () => {
  let [down, tries] = [true, 0];
  const taken = new Set<string>();
  const delivery = open(async ({ reference }) => {
    tries += 1;
    if (down) throw new Error('refused');
    taken.add(reference);
    return 200;
  });
  for (let receipt = 0; receipt < 1_000; receipt += 1) delivery.deliverIn(0, aReceipt(`ref-${receipt}`));
  await eventually(() => expect(tries).toBeGreaterThan(64));
  expect(tries).toBeLessThan(100);
  down = false;
  await eventually(() => expect(delivery.counts()).toEqual({ pending: 0, delivered: 1_000, dropped: 0 }));
  expect(taken.size).toBe(1_000);
});

test('receipts are delivered in the order in which they are due', async () => {
  const order: string[] = [];
  const delivery = open(async ({ reference }) => {
    order.push(reference);
    return 200;
  });
  delivery.deliverIn(1_000, aReceipt('late'));
  delivery.deliverIn(0, aReceipt('now'));
  delivery.deliverIn(500, aReceipt('soon'));
  await eventually(() => expect(order).toEqual(['now', 'soon', 'late']));
});

test('what waits is bounded, and what found no place is counted', () => {
  const delivery = open(() => new Promise(() => {}), 2);
  for (let receipt = 0; receipt < 5; receipt += 1) delivery.deliverIn(60_000, aReceipt(`ref-${receipt}`));
  expect(delivery.counts()).toEqual({ pending: 2, delivered: 0, dropped: 3 });
});

test('a receipt is given up when it is a quarter of an hour old', async () => {
  const delivery = open(() => Promise.resolve(500));
  await delivery.deliverNow({ ...aReceipt('old'), occurred_at: Date.now() - 16 * 60_000 });
  expect(delivery.counts()).toEqual({ pending: 0, delivered: 0, dropped: 1 });
});

test('delivering at once waits for one try and leaves the rest for later', async () => {
  let tries = 0;
  const delivery = open(async () => {
    tries += 1;
    return tries === 1 ? 500 : 200;
  });
  await delivery.deliverNow(aReceipt('ref-1'));
  expect(tries).toBe(1);
  await eventually(() => expect(delivery.counts().delivered).toBe(1));
});
