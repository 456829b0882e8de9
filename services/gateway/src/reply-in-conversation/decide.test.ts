import { describe, expect, test } from '@jest/globals';
import type { Message } from '@parley/contracts/message';
import { aMessage } from '@parley/testkit';
import { partiesOf, type ReplyFacts, type ReplyRequest } from './decide.ts';

const [us, them, others] = ['+12125550100', '+18045550001', '+18045550002'];
const bugs = { user_name: 'bugs', addresses: [them, 'bugs@acme.test', 'bugs'] };
const duck = { user_name: 'duck', addresses: ['duck'] };
const alone = (address: string) => ({ user_name: null, addresses: [address] });

const sent = (from: string, to: string, type: Message['type'] = 'sms') => aMessage({ type, from, to });
const received = (from: string, to: string, type: Message['type'] = 'sms') =>
  aMessage({ type, from, to, direction: 'inbound', status: 'received' });

/** Messages newest first. */
function facts(
  participants: ReplyFacts['conversation']['participants'],
  ...recent: [Message, ...Message[]]
): ReplyFacts {
  return { conversation: { participants, last_message: recent[0] }, recent };
}

function pointerOf(request: ReplyRequest, given: ReplyFacts): unknown {
  try {
    return partiesOf(request, given);
  } catch (error) {
    return error instanceof Error && 'options' in error ? error.options : error;
  }
}

describe('a reply', () => {
  const pair = [alone(us), alone(them)];

  test.each<[string, ReplyRequest, ReplyFacts, { from: string; to: string[] }]>([
    ['to who wrote, from where they wrote to', {}, facts(pair, received(them, us)), { from: us, to: [them] }],
    ['to whom we wrote, from where we did', {}, facts(pair, sent(us, them)), { from: us, to: [them] }],
    [
      'from the sender that was used last of several',
      {},
      facts([alone('MyCorp'), ...pair], sent('MyCorp', them), received(them, us)),
      { from: 'MyCorp', to: [them] },
    ],
    [
      'from where they wrote to last, not from where we wrote last',
      {},
      facts([alone('MyCorp'), ...pair], received(them, us), sent('MyCorp', them)),
      { from: us, to: [them] },
    ],
    [
      'from another sender that is wanted',
      { from: '1 212 555 0177' },
      facts(pair, received(them, us)),
      { from: '+12125550177', to: [them] },
    ],
    [
      'to everybody in a group',
      {},
      facts([alone(us), alone(them), alone(others)], sent(us, others), sent(us, them)),
      { from: us, to: [them, others] },
    ],
    [
      'between two addresses of ours',
      { from: us },
      facts(pair, sent(them, us), sent(us, them)),
      { from: us, to: [them] },
    ],
    [
      'by e-mail, to the address that they used last',
      {},
      facts(
        [alone('us@mycorp.test'), { user_name: 'bugs', addresses: ['a@acme.test', 'b@acme.test', them] }],
        received('b@acme.test', 'us@mycorp.test', 'email'),
        sent('us@mycorp.test', 'a@acme.test', 'email'),
      ),
      { from: 'us@mycorp.test', to: ['b@acme.test'] },
    ],
    [
      'by another type than the newest message, where both have an address for it',
      { type: 'email', from: 'us@mycorp.test' },
      facts([alone(us), bugs], received(them, us)),
      { from: 'us@mycorp.test', to: ['bugs@acme.test'] },
    ],
    [
      'from what was used for that type',
      { type: 'mms' },
      facts(
        [alone(us), alone('us@mycorp.test'), bugs],
        sent('us@mycorp.test', 'bugs@acme.test', 'email'),
        received(them, us),
      ),
      { from: us, to: [them] },
    ],
    [
      'in a chat by name',
      { from: ' duck ' },
      facts([bugs, duck], sent('duck', 'bugs', 'chat')),
      { from: 'duck', to: ['bugs'] },
    ],
  ])('goes %s', (_, request, given, expected) => {
    expect(partiesOf(request, given)).toEqual(expected);
  });

  test.each<[string, ReplyRequest, ReplyFacts, string]>([
    ['in a chat without saying who writes', {}, facts([bugs, duck], sent('duck', 'bugs', 'chat')), '#/from'],
    [
      'in a chat with somebody who is no user',
      { type: 'chat', from: 'bugs' },
      facts([bugs, alone(us)], received(them, us)),
      '#/type',
    ],
    [
      'by a type that nothing here came by',
      { type: 'email' },
      facts([alone(us), bugs], received(them, us)),
      '#/from',
    ],
    [
      'by a type for which somebody has no address',
      { type: 'email', from: 'us@mycorp.test' },
      facts([alone(us), alone(them)], received(them, us)),
      '#/type',
    ],
    ['to oneself', {}, facts([alone(us)], sent(us, us)), '#/from'],
  ])('cannot go %s', (_, request, given, pointer) => {
    expect(pointerOf(request, given)).toMatchObject({ errors: [{ pointer }] });
  });
});
