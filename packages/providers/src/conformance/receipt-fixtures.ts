import type { IncomingReceipt } from '../provider.ts';
import type { Fixtures } from './fixtures.ts';

const delivered: IncomingReceipt = {
  kind: 'receipt',
  event_id: 'delivered/-/ref-1',
  provider_message_id: 'ref-1',
  status: 'delivered',
  error_code: null,
  occurred_at: null,
};

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
    title: 'a receipt without a status and with a broken time',
    body: { provider_reference: 'ref-1', occurred_at: 'yesterday' },
    pointers: ['#/status', '#/occurred_at'],
  },
];
