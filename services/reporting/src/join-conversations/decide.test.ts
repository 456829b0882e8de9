import { describe, expect, test } from '@jest/globals';
import { conversationIdOf, newRowId, newUserId, type Participant, type UserId } from '@parley/contracts/ids';
import type { AddressOwner } from '@parley/platform/directory';
import { ANY_ACCOUNT } from '@parley/testkit';
import { idsOf, type Joinable } from './decide.ts';

const PHONE = '+12125550101';
const OTHER = '+12125550142';
const [bugs, duck] = [newUserId(), newUserId()];

const of = (address: string, user_id: UserId | null = null): Participant => ({ address, user_id });
const at = (hour: number): string => `2026-01-15T${hour}:00:00.000Z`;

/** Whose an address was, from one hour on and up to another. */
function owned(address: string, user_id: UserId, since: number, until: number | null = null): AddressOwner {
  const end = until === null ? null : at(until);
  return {
    id: newRowId(),
    account_id: ANY_ACCOUNT,
    address,
    user_id,
    since: at(since),
    until: end,
    changed_at: end ?? at(since),
  };
}

const idOf = (...participants: Participant[]) => conversationIdOf(ANY_ACCOUNT, participants);

/** Begun at noon. */
function conversation(participants: Participant[], overrides: Partial<Joinable> = {}): Joinable {
  const id = idOf(...participants);
  return {
    id,
    account_id: ANY_ACCOUNT,
    created_at: at(12),
    participants,
    known_as: [],
    owners: [],
    ...overrides,
  };
}

describe('a conversation', () => {
  const strangers = [of(PHONE), of(OTHER)];
  const own = idOf(...strangers);

  test.each<[string, AddressOwner[], string[]]>([
    ['of strangers has one id', [], []],
    [
      'is known by a user who gained an address',
      [owned(PHONE, bugs, 13)],
      [own, idOf(of('', bugs), of(OTHER))],
    ],
    [
      'is known by every step, as one address after the other was gained',
      [owned(OTHER, duck, 13), owned(PHONE, bugs, 14)],
      [own, idOf(of(PHONE), of('', duck)), idOf(of('', bugs), of('', duck))],
    ],
    [
      'of both addresses of one user is of one',
      [owned(PHONE, bugs, 13), owned(OTHER, bugs, 14)],
      [own, idOf(of('', bugs), of(OTHER)), idOf(of('', bugs))],
    ],
    [
      'from before an address was lost stays that user’s, whoever gains it next',
      [owned(PHONE, bugs, 10, 13), owned(PHONE, duck, 14)],
      [own, idOf(of('', bugs), of(OTHER))],
    ],
    ['that began when an address was lost is nobody’s', [owned(PHONE, bugs, 10, 11)], []],
    [
      'that began when an address was lost is whose it becomes next',
      [owned(PHONE, bugs, 10, 11), owned(PHONE, duck, 14)],
      [own, idOf(of('', duck), of(OTHER))],
    ],
  ])('%s', (_, owners, ids) => {
    expect(idsOf(conversation(strangers, { owners })).map(({ id }) => id)).toEqual(ids);
  });

  test('of a user is not known by the address that was used', () => {
    const owners = [owned(PHONE, bugs, 13)];
    expect(idsOf(conversation([of(PHONE, bugs), of(OTHER)], { owners }))).toEqual([]);
  });

  test('of several is known by the several', () => {
    const three = [...strangers, of('+12125550177')];
    const ids = idsOf(conversation(three, { owners: [owned(PHONE, bugs, 13)] }));
    expect(ids.map(({ id }) => id)).toContain(idOf(of('', bugs), of(OTHER), of('+12125550177')));
  });

  test('into which others replied is that of the two who began it', () => {
    const participants = [of('+12125550100'), ...strangers, of('z@acme.test')];
    const ids = idsOf(conversation(participants, { id: own, owners: [owned(PHONE, bugs, 13)] }));
    expect(ids.map(({ id }) => id)).toEqual([own, idOf(of('', bugs), of(OTHER))]);
  });

  test('of whom nobody can tell stays as it is', () => {
    const owners = [owned(PHONE, bugs, 13)];
    expect(idsOf(conversation(strangers, { id: idOf(of('a')), owners }))).toEqual([]);
  });

  test('that was joined before goes on from each of its ids', () => {
    const withBugs = [of(PHONE, bugs), of(OTHER)];
    const known_as = [
      { id: own, participants: strangers },
      { id: idOf(...withBugs), participants: withBugs },
    ];
    const participants = [...strangers, ...withBugs];
    const owners = [owned(PHONE, bugs, 13), owned(OTHER, duck, 14)];
    const ids = idsOf(conversation(participants, { id: own, known_as, owners }));
    expect(ids.map(({ id }) => id)).toEqual([own, idOf(...withBugs), idOf(of('', bugs), of('', duck))]);
  });
});
