import { describe, expect, test } from '@jest/globals';
import { finishDraft, isToMany, readDraft, undecidedNames } from './send-message.ts';

const sms = { from: '+12016661234', to: '+18045551234', type: 'sms', body: 'text message' };

const now = Date.parse('2026-01-15T10:00:00.000Z');

/** Reads a body to the end; `users` are the names that somebody has. */
function read(body: unknown, users: readonly string[] = []) {
  const draft = readDraft(body);
  if (!draft.ok) return draft;
  const names = undecidedNames(draft.value);
  return finishDraft(draft.value, { users: new Set(names.filter((name) => users.includes(name))), now });
}

function accepted(body: unknown, users: readonly string[] = []) {
  const result = read(body, users);
  if (!result.ok) throw new Error(JSON.stringify(result.errors));
  return result.value;
}

function pointers(body: unknown, users: readonly string[] = []): string[] {
  const result = read(body, users);
  return result.ok ? [] : result.errors.map((error) => error.pointer);
}

describe('a message to send', () => {
  test('is normalised: addresses, time, and null for what is absent', () => {
    expect(
      accepted({ ...sms, from: 'MyCorp', to: '233241234567', timestamp: '2024-11-01T14:00:00Z' }),
    ).toEqual({
      type: 'sms',
      from: 'MyCorp',
      to: ['+233241234567'],
      subject: null,
      body: 'text message',
      attachments: [],
      timestamp: '2024-11-01T14:00:00.000Z',
      in_reply_to: null,
      send_at: null,
      valid_for: null,
      on_unknown_outcome: null,
      priority: 'normal',
      category: 'transactional',
      client_reference: null,
      metadata: null,
    });
  });

  test.each([
    [{ from: 'a@x.test', to: 'b@x.test', body: 'hi' }, 'email'],
    [{ from: 'a@x.test', to: ['b@x.test', 'c@x.test'], body: 'hi', attachments: ['a.pdf'] }, 'email'],
    [{ from: 'MyCorp', to: '+18045551234', body: 'hi' }, 'sms'],
    [{ from: 'MyCorp', to: '+18045551234', attachments: ['cat.jpg'] }, 'mms'],
    [{ from: 'bugs', to: 'duck', body: 'hi' }, 'chat'],
    [{ from: 'bugs', to: ['duck', 'porky'], attachments: ['cat.jpg'] }, 'chat'],
    [{ from: 'bugs', to: '+18045551234', body: 'hi' }, 'sms'],
  ])('without a type is given the one that fits: %j → %s', (body, type) => {
    expect(accepted(body, ['bugs', 'duck', 'porky']).type).toBe(type);
  });

  test.each([
    [{ from: 'bugs', to: 'duck' }, ['bugs', 'duck']],
    [{ from: 'bugs', to: ['duck', 'bugs'] }, ['bugs', 'duck']],
    [{ from: 'bugs', to: 'duck', type: 'chat' }, []],
    [{ from: 'MyCorp', to: '+18045551234' }, []],
    [{ from: 'a@x.test', to: 'b@x.test' }, []],
    [{ from: 'bugs', to: ['duck', '+18045551234'] }, []],
  ])('depends on users only where all could be some: %j → %j', (body, names) => {
    const draft = readDraft({ body: 'hi', ...body });
    expect(draft.ok && undecidedNames(draft.value)).toEqual(names);
  });

  test('between users has their names, trimmed, and a body of up to 200 kB', () => {
    const chat = { type: 'chat', from: ' bugs ', to: ['duck'], body: 'x'.repeat(200_000) };
    expect(accepted(chat)).toMatchObject({ type: 'chat', from: 'bugs', to: ['duck'] });
    expect(pointers({ ...chat, body: 'é'.repeat(100_001) })).toEqual(['#/body']);
  });

  test('may have up to 50 recipients, each normalised', () => {
    const to = Array.from({ length: 50 }, (_, index) => `1 804 555 ${1_000 + index}`);
    expect(accepted({ ...sms, to }).to.at(-1)).toBe('+18045551049');
    expect(pointers({ ...sms, to: [...to, '+18045552000'] })).toEqual(['#/to']);
  });

  test('is to many when its recipients are a list, even of one', () => {
    expect([sms, { ...sms, to: ['+18045551234'] }, [], null, { to: [] }].map(isToMany)).toEqual([
      false,
      true,
      false,
      false,
      true,
    ]);
  });

  test('may say when, how long, how urgently, and what if nobody knows', () => {
    const choices = {
      send_at: '2026-02-19T12:00:00.000+02:00',
      valid_for: 604_800,
      on_unknown_outcome: 'reconcile',
      priority: 'high',
      in_reply_to: 'msg_018F3D4E-0000-7000-8000-0000000000AB',
    };
    expect(accepted({ ...sms, ...choices })).toMatchObject({
      ...choices,
      send_at: '2026-02-19T10:00:00.000Z',
      in_reply_to: '018f3d4e-0000-7000-8000-0000000000ab',
    });
    expect(accepted({ ...sms, send_at: '2020-01-01T00:00:00Z' }).send_at).toBe('2020-01-01T00:00:00.000Z');
  });

  test.each([[null], [[]], [['attachment-url']]])('may have attachments %j', (attachments) => {
    expect(accepted({ ...sms, type: 'mms', attachments }).attachments).toEqual(attachments ?? []);
  });

  test('takes null for everything that may be absent, the type too', () => {
    const { from, to, body, ...absent } = accepted({ ...sms, type: undefined });
    const nulls = Object.fromEntries(Object.keys(absent).map((field) => [field, null]));
    expect(accepted({ ...nulls, from, to, body })).toEqual({ from, to, body, ...absent });
  });

  test('may write its times small, and with any offset', () => {
    expect(accepted({ ...sms, timestamp: '2024-11-01t14:00:00z' }).timestamp).toBe(
      '2024-11-01T14:00:00.000Z',
    );
  });

  test.each([
    [
      { from: 'bugs', to: 'nobody' },
      '#/to',
      'is neither a phone number nor an e-mail address nor the name of a user',
    ],
    [{ from: 'a-long-stranger', to: '+18045551234' }, '#/from', 'does not fit a message of type sms'],
    [
      { from: 'stranger', to: 'bugs' },
      '#/to',
      'is the name of a user, whom only users can write to by name: not all of the others are',
    ],
    [{ metadata: { a: [] } }, '#/metadata/a', 'must be text, number, boolean or null'],
    [
      { metadata: { 'a\u0000': 1 } },
      '#/metadata/a\u0000',
      'has a name that contains a character that cannot be stored',
    ],
    [{ to: Array.from({ length: 51 }, () => '+18045551234') }, '#/to', 'has more than 50 entries'],
    [{ attachments: Array.from({ length: 51 }, () => 'a') }, '#/attachments', 'has more than 50 entries'],
    [{ attachments: ['a'.repeat(2_049)] }, '#/attachments/0', 'has more than 2048 characters'],
    [{ attachments: [''] }, '#/attachments/0', 'is empty'],
    [{ send_at: 'tomorrow' }, '#/send_at', 'is not a time as RFC 3339 has it, like 2026-01-15T10:00:00Z'],
    [
      { timestamp: '2026-01-15 10:00' },
      '#/timestamp',
      'is not a time as RFC 3339 has it, like 2026-01-15T10:00:00Z',
    ],
    [{ valid_for: 0 }, '#/valid_for', 'is less than 1'],
    [{ valid_for: 0.5 }, '#/valid_for', 'must be a whole number'],
    [{ body: 5 }, '#/body', 'must be text'],
    [{ type: 'fax' }, '#/type', 'must be "sms" or "mms" or "email" or "chat"'],
    [{ subject: `\u0000${'a'.repeat(1_000)}\n` }, '#/subject', 'contains a character that cannot be stored'],
  ])('is refused with words for people, one error a value: %j', (fields, pointer, detail) => {
    const { type: _, ...untyped } = sms;
    const result = read({ ...untyped, ...fields }, ['bugs']);
    expect(result).toEqual({ ok: false, errors: [{ pointer, detail }] });
  });

  test('keeps any Unicode unchanged', () => {
    const body = '👩‍👩‍👧 ’quoted’ مرحبا \u202eabc\n';
    expect(accepted({ ...sms, body }).body).toBe(body);
  });

  test('may be as long as 1,600 characters, counted as people count', () => {
    expect(accepted({ ...sms, body: '😀'.repeat(1_600) }).body).toHaveLength(3_200);
    expect(pointers({ ...sms, body: '😀'.repeat(1_601) })).toEqual(['#/body']);
  });

  test.each([
    ['an unknown field', { ...sms, zap: 1 }, ['#/zap']],
    ['a missing recipient', { ...sms, to: undefined }, ['#/to']],
    ['a number where text belongs', { ...sms, body: 5 }, ['#/body']],
    ['neither body nor attachment', { ...sms, body: ' \n' }, ['#/body']],
    ['no recipient', { ...sms, to: [] }, ['#/to']],
    ['a list with something else in it', { ...sms, to: ['+18045551234', 5] }, ['#/to/1']],
    ['a recipient of a list that does not fit', { ...sms, to: ['+18045551234', 'a@b.test'] }, ['#/to/1']],
    [
      'a recipient who is there already, written otherwise',
      { ...sms, to: ['+18045551234', '+18045550000', '1 804 555 1234'] },
      ['#/to/2'],
    ],
    ['a number in a chat', { type: 'chat', from: 'bugs', to: '+18045551234', body: 'hi' }, ['#/to']],
    ['strangers who are neither users nor numbers', { from: 'bugs', to: 'nobody', body: 'hi' }, ['#/to']],
    ['a parent that is none', { ...sms, in_reply_to: 'the last one' }, ['#/in_reply_to']],
    ['a time more than 35 days ahead', { ...sms, send_at: '2026-02-19T10:00:00.001Z' }, ['#/send_at']],
    ['less than a second', { ...sms, valid_for: 0 }, ['#/valid_for']],
    ['half a second', { ...sms, valid_for: 1.5 }, ['#/valid_for']],
    ['more than seven days', { ...sms, valid_for: 604_801 }, ['#/valid_for']],
    ['an unknown policy', { ...sms, on_unknown_outcome: 'hope' }, ['#/on_unknown_outcome']],
    ['an unknown priority', { ...sms, priority: 'highest' }, ['#/priority']],
    ['an e-mail recipient of an SMS', { ...sms, to: 'a@b.test' }, ['#/to']],
    ['a name that cannot receive', { ...sms, to: 'MyCorp' }, ['#/to']],
    ['phone numbers in an e-mail', { ...sms, type: 'email' }, ['#/from', '#/to']],
    ['an unknown type', { ...sms, type: 'fax' }, ['#/type']],
    ['an empty attachment', { ...sms, attachments: [''] }, ['#/attachments/0']],
    ['a time that is none', { ...sms, timestamp: '2024-02-30T00:00:00Z' }, ['#/timestamp']],
    ['a time before the year 1', { ...sms, timestamp: '0001-01-01T00:00:00+01:00' }, ['#/timestamp']],
    ['a time after the year 9999', { ...sms, timestamp: '9999-12-31T23:59:59-14:00' }, ['#/timestamp']],
    ['a subject of two lines', { ...sms, subject: 'a\r\nBcc: x@y.test' }, ['#/subject']],
    ['a NUL', { ...sms, body: 'a\u0000b' }, ['#/body']],
    ['half a surrogate pair', { ...sms, body: '\ud800' }, ['#/body']],
    [
      'too many metadata keys',
      { ...sms, metadata: Object.fromEntries(Array.from({ length: 17 }, (_, i) => [`k${i}`, 1])) },
      ['#/metadata'],
    ],
    ['nested metadata', { ...sms, metadata: { a: { b: 1 } } }, ['#/metadata/a']],
    ['a list', [], ['#']],
    ['nothing', null, ['#']],
  ])('is refused with a pointer for %s', (_, body, expected) => {
    expect(pointers(body)).toEqual(expected);
  });
});
