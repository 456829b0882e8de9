import { messageId } from '@parley/contracts/ids';
import type { IncomingReceipt } from '../provider.ts';
import type { Fixtures } from './fixtures.ts';

const delivered: IncomingReceipt = {
  kind: 'receipt',
  event_id: 'delivered/-/ref-1',
  provider_message_id: 'ref-1',
  status: 'delivered',
  error_code: null,
  occurred_at: null,
  client_reference: null,
};

const reference = messageId.parse('0198c2a4-7e1b-7c3d-9a55-0123456789ab');

/** Receipts for every provider that reports deliveries. */
export const acceptedReceipts: Fixtures['accepted'] = [
  {
    title: 'a bare receipt',
    body: { provider_reference: 'ref-1', status: 'DELIVERED' },
    parsed: delivered,
  },
  {
    title: 'a receipt in lower case with unknown fields',
    body: { provider_reference: 'ref-1', status: 'delivered', carrier: 'x' },
    parsed: delivered,
  },
  {
    title: 'a receipt of what was read',
    body: { provider_reference: 'ref-1', status: 'Read', occurred_at: '2025-01-15T10:00:00Z' },
    parsed: {
      ...delivered,
      event_id: 'read/2025-01-15T10:00:00.000Z/ref-1',
      status: 'read',
      occurred_at: '2025-01-15T10:00:00.000Z',
    },
  },
  {
    title: 'a failure with everything that can be told of it',
    body: {
      provider_reference: 'ref-1',
      status: 'Failed',
      event_id: 'evt-7',
      occurred_at: '2025-01-15T12:00:00+02:00',
      error_code: 30_003,
    },
    parsed: {
      ...delivered,
      event_id: 'evt-7',
      status: 'undelivered',
      error_code: '30003',
      occurred_at: '2025-01-15T10:00:00.000Z',
    },
  },
  ...[
    { title: 'a receipt that names our id', client_reference: reference },
    { title: 'our id as clients write it', client_reference: `msg_${reference}` },
    { title: 'the key of a later round', client_reference: `${reference}-2` },
    { title: 'our id in capitals', client_reference: reference.toUpperCase() },
  ].map(({ title, client_reference }) => ({
    title,
    body: { provider_reference: 'ref-1', status: 'DELIVERED', client_reference },
    parsed: { ...delivered, client_reference: reference },
  })),
  ...[null, '', 'order 17', 17, {}, `${reference}0`, `${reference}-x`, 'a\0b'].map((client_reference) => ({
    title: `a receipt whose reference, ${JSON.stringify(client_reference)}, is none of ours`,
    body: { provider_reference: 'ref-1', status: 'DELIVERED', client_reference },
    parsed: delivered,
  })),
  {
    title: 'a receipt without an event id, recognised by what it reports and when',
    body: {
      provider_reference: 'ref/1',
      status: 'FAILED',
      event_id: null,
      occurred_at: '2025-01-15T10:00:00Z',
    },
    parsed: {
      ...delivered,
      event_id: 'undelivered/2025-01-15T10:00:00.000Z/ref/1',
      provider_message_id: 'ref/1',
      status: 'undelivered',
      occurred_at: '2025-01-15T10:00:00.000Z',
    },
  },
];

/** Receipts that no provider may be believed. */
export const refusedReceipts: Fixtures['refused'] = [
  {
    title: 'a receipt for nothing',
    body: { provider_reference: '', status: 'DELIVERED' },
    pointers: ['#/provider_reference'],
  },
  {
    title: 'a receipt whose reference is null',
    body: { provider_reference: null, status: 'DELIVERED' },
    pointers: ['#/provider_reference'],
  },
  {
    title: 'a receipt with a reference of 256 characters',
    body: { provider_reference: 'r'.repeat(256), status: 'DELIVERED' },
    pointers: ['#/provider_reference'],
  },
  {
    title: 'a receipt with a status of its own',
    body: { provider_reference: 'ref-1', status: 'SENT' },
    pointers: ['#/status'],
  },
  {
    title: 'a receipt whose code is no code',
    body: { provider_reference: 'ref-1', status: 'FAILED', error_code: {} },
    pointers: ['#/error_code'],
  },
  {
    title: 'a receipt without a status and with a broken time',
    body: { provider_reference: 'ref-1', occurred_at: 'yesterday' },
    pointers: ['#/status', '#/occurred_at'],
  },
];
