import { describe, expect, test } from '@jest/globals';
import type { MessageChanged, MessageFact } from '@parley/contracts/facts/message-facts';
import { connectionId } from '@parley/contracts/ids';
import { aMessage } from '@parley/testkit';
import {
  collapse,
  knowledgeOfFact,
  knowledgeOfMessage,
  rowOf,
  type Knowledge,
  type KnownRow,
} from './decide.ts';
import { changeFact, contentFact } from './facts-fixtures.ts';

const AT = '2026-01-15T10:00:01.000Z';
const LATER = '2026-01-15T10:00:02.000Z';
const message = aMessage();
const [one, two] = [connectionId.parse('sms'), connectionId.parse('sms-2')];

const accepted = contentFact(message);
const changed = (change: Partial<MessageChanged>): MessageFact => changeFact(message, change);

/** The one row that comes of it. */
function known(...told: Knowledge[]): KnownRow | undefined {
  const forwards = collapse(told).map(rowOf);
  expect(forwards).toHaveLength(1);
  expect(collapse(told.toReversed()).map(rowOf)).toEqual(forwards);
  return forwards[0];
}

const facts = (...told: MessageFact[]): KnownRow | undefined => known(...told.map(knowledgeOfFact));

describe('facts of one message become one piece of knowledge, forwards and backwards the same', () => {
  test('with the content that one of them told', () => {
    expect(facts(accepted, changed({ status: 'sent' }))).toMatchObject({ ...message, status: 'sent' });
    expect(facts(changed({}))).not.toHaveProperty('account_id');
  });

  test.each([
    [
      'the furthest status of a round',
      [{ status: 'sent' }, { status: 'sending' }],
      { status: 'sent', progress: 1_400 },
    ],
    [
      'delivered before undelivered',
      [{ status: 'delivered' }, { status: 'undelivered' }],
      { status: 'delivered' },
    ],
    [
      'a later round before any status',
      [{ status: 'failed' }, { round: 2, status: 'queued' }],
      { status: 'queued', round: 2, progress: 2_200 },
    ],
    [
      'the reason that goes with the status',
      [
        { status: 'queued', status_reason: 'no_connection' },
        { status: 'sent', status_reason: null },
      ],
      { status_reason: null },
    ],
    [
      'a reason before none for the same status',
      [
        { status: 'sending', status_reason: null },
        { status: 'sending', status_reason: 'outcome_unknown' },
      ],
      { status_reason: 'outcome_unknown' },
    ],
    [
      'the provider that was told last',
      [
        { status: 'sending', provider: one },
        { status: 'sent', provider: two, provider_message_id: 'ref' },
      ],
      { provider: two, provider_message_id: 'ref' },
    ],
    [
      'what the furthest fact tells, also that there is nothing any more',
      [
        { status: 'undelivered', provider: one, provider_message_id: 'ref', sent_at: AT },
        { round: 2, status: 'queued' },
      ],
      { status: 'queued', provider: null, provider_message_id: null, sent_at: null },
    ],
    [
      'the greater name of two that a message got, and when it was first sent',
      [
        { status: 'sent', provider: one, provider_message_id: 'ref-2', sent_at: LATER },
        { status: 'sent', provider: two, provider_message_id: 'ref-1', sent_at: AT },
      ],
      { provider: one, provider_message_id: 'ref-2', sent_at: AT },
    ],
    [
      'the earlier of two times that the same call or the same receipt brought',
      [
        { status: 'delivered', provider_message_id: 'ref', sent_at: LATER, delivered_at: LATER },
        { status: 'delivered', provider_message_id: 'ref', sent_at: AT, delivered_at: AT },
      ],
      { sent_at: AT, delivered_at: AT },
    ],
    [
      'the earliest of the times at which it is said to be read, whatever else is told',
      [
        { status: 'read', delivered_at: AT, read_at: LATER },
        { status: 'read', delivered_at: AT, read_at: AT },
        { status: 'delivered', delivered_at: LATER },
      ],
      { status: 'read', delivered_at: AT, read_at: AT },
    ],
    [
      'how long a message is valid that is sent again after it was canceled before its time',
      [
        { status: 'scheduled', expires_at: AT },
        { status: 'canceled', expires_at: AT },
        { round: 2, status: 'queued', expires_at: LATER },
      ],
      { status: 'queued', expires_at: LATER },
    ],
    [
      'the time of the later round',
      [
        { status: 'sent', sent_at: AT },
        { round: 2, status: 'sent', sent_at: LATER },
      ],
      { sent_at: LATER },
    ],
  ] as [string, Partial<MessageChanged>[], object][])('%s', (_, told, expected) => {
    expect(facts(...told.map(changed))).toMatchObject(expected);
  });

  test('and a fact that is told again adds nothing', () => {
    const sent = changed({ status: 'sent', provider: one, sent_at: AT });
    expect(facts(accepted, sent, accepted, sent)).toEqual(facts(accepted, sent));
  });

  test('and the record of the owner tells what all facts together tell', () => {
    const sent = { status: 'sent', provider: one, provider_message_id: 'ref', sent_at: AT } as const;
    const record = knowledgeOfMessage({ ...message, ...sent });
    expect(known(record, ...[accepted, changed(sent)].map(knowledgeOfFact))).toEqual(rowOf(record));
  });
});

test('different messages stay apart', () => {
  const other = aMessage();
  expect(collapse([message, other, message].map(knowledgeOfMessage)).map(({ id }) => id)).toEqual([
    message.id,
    other.id,
  ]);
});
