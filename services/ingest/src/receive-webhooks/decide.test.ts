import { describe, expect, test } from '@jest/globals';
import { conversationIdOf, newMessageId, newRowId, userId } from '@parley/contracts/ids';
import { ANY_ACCOUNT } from '@parley/testkit';
import { decide, lookupsOf } from './decide.ts';
import { aReceipt, anEmail, anSms, MAIL, RECEIVED_AT, received, SMS } from './webhook-fixtures.ts';

const OUR_ID = newMessageId();
const acme = ANY_ACCOUNT;

const nobody = [null, null];

/** The entries of a batch, each event once. */
const entriesOf = (...batch: Parameters<typeof decide>) =>
  decide(...batch).flatMap(({ entry, isRepeat }) => (isRepeat ? [] : [entry]));

describe('what a batch brings', () => {
  test('a message as it will be stored: filed under the connection, received, and in a conversation', () => {
    const [entry] = entriesOf([received(SMS, anSms())], nobody);
    expect(entry).toMatchObject({
      kind: 'message',
      message: {
        account_id: 'acme',
        conversation_id: conversationIdOf(acme, [
          { address: '+18045551234', user_id: null },
          { address: '+12016661234', user_id: null },
        ]),
        direction: 'inbound',
        status: 'received',
        provider: 'sms',
        provider_message_id: 'message-1',
        timestamp: '2024-11-01T14:00:00.000Z',
        created_at: RECEIVED_AT,
        trace_id: '4bf92f3577b34da6a3ce929d0e0e4736',
        round: 1,
      },
    });
  });

  test('messages of one user in one conversation, whatever address they were written to', () => {
    const bugs = userId.parse(newRowId());
    const [sms, email] = entriesOf(
      [
        received(SMS, anSms({ to: '+18045559999' })),
        received(MAIL, anEmail({ from: 'x@y.z', to: 'bugs@acme.com' })),
      ],
      [null, bugs, null, bugs],
    );
    expect(sms).toMatchObject({ message: { from_user_id: null, to_user_id: bugs } });
    expect(email).toMatchObject({ message: { from_user_id: null, to_user_id: bugs } });
  });

  test('a receipt', () => {
    const report = aReceipt({ event_id: 'e1', error_code: 30003, client_reference: `msg_${OUR_ID}` });
    expect(entriesOf([received(SMS, report)], [])).toMatchObject([
      {
        kind: 'receipt',
        event_id: 'e1',
        receipt: {
          kind: 'receipt.received',
          connection_id: 'sms',
          provider_message_id: 'ref-1',
          status: 'delivered',
          error_code: '30003',
          occurred_at: null,
          received_at: RECEIVED_AT,
          client_reference: OUR_ID,
        },
      },
    ]);
  });

  test('asks for the users of both addresses of each message, and of no receipt', () => {
    const batch = [received(SMS, aReceipt()), received(SMS, anSms()), received(MAIL, anEmail())];
    expect(lookupsOf(batch).map((lookup) => lookup.address)).toEqual([
      '+18045551234',
      '+12016661234',
      'user@usehatchapp.com',
      'contact@gmail.com',
    ]);
  });

  test.each([
    ['the same event twice, the first content', [SMS, anSms()], [SMS, anSms({ body: 'other' })], 1],
    [
      'the same id of different connections',
      [SMS, anSms({ messaging_provider_id: 'message-2' })],
      [MAIL, anEmail()],
      2,
    ],
    [
      'a message and a receipt of the same id',
      [SMS, anSms({ messaging_provider_id: 'x' })],
      [SMS, aReceipt({ event_id: 'x' })],
      2,
    ],
  ] as const)('%s: as many entries as events', (_, one, two, events) => {
    const entries = entriesOf([received(...one), received(...two)], [...nobody, ...nobody]);
    expect(entries).toHaveLength(events);
    expect(entries[0]).not.toMatchObject({ message: { body: 'other' } });
  });
});
