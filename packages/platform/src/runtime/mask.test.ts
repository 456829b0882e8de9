import { describe, expect, test } from '@jest/globals';
import { mask } from './mask.ts';

describe('masked is', () => {
  test.each([
    ['a number', 'Key (to)=(+15550100101) exists', 'Key (to)=(***01) exists'],
    ['a spaced number', 'to "+1 (555) 010-0101"', 'to "***01"'],
    ['a number without its plus', 'no such user 15550100101.', 'no such user ***01.'],
    ['a number alone', '"detail":"15550100101"', '"detail":"***01"'],
    ['an address', 'to ann.lee+x@mail.example.com, sir', 'to ***@mail.example.com, sir'],
    ['both in a URL', '/v1/users/%2B15550100101?q=ann%40mail.example', '/v1/users/***01?q=***@mail.example'],
    ['a key', 'key parley_live_abc_DEF123 is', 'key parley_live_*** is'],
    ['a webhook secret', '"whsec_MfKQ9r8GKYqrTwj/D8+ILPZIo2La="', '"whsec_***"'],
    ['the password of a URL', 'postgres://parley:hush-1@db:5432/x', 'postgres://parley:***@db:5432/x'],
    [
      'what a URL calls a token',
      'POST /webhooks/x?a=b&access_token=abc.def&c=d',
      'POST /webhooks/x?a=b&access_token=***&c=d',
    ],
    ['a name that is written otherwise', '"GET /x?%74oken=a\\"b c"', '"GET /x?%74oken=*** c"'],
    ['a key of a URL', 'GET /x?access_key=abc&keyword=STOP', 'GET /x?access_key=***&keyword=STOP'],
    [
      'a secret of a URL in the query of another',
      'GET /x?next=http://y/z?token=a?b&c=d',
      'GET /x?next=http://y/z?token=***&c=d',
    ],
    ['the password of a second URL', 'http://a:80/b//http://c:d@e', 'http://a:80/b//http://c:***@e'],
    ['a token', 'authorization: Bearer abc.def', 'authorization: Bearer ***'],
    ['a token in quotation marks', '"msg":"\\"Bearer abc\\" is"', '"msg":"\\"Bearer *** is"'],
  ])('%s', (_, line, masked) => {
    expect(mask(line)).toBe(masked);
  });
});

test.each([
  '{"level":"info","time":"2026-11-20T19:00:00.000Z","service":"gateway","trace_id":"4bf92f3577b34da6a3ce929d0e0e4736","status":202,"latency_ms":12.345678912,"msg":"request"}',
  '{"message_id":"msg_01931234-5678-7123-8123-123456789012","bytes":123456789}',
  '{"port":54321,"host":"127.0.0.1","durable":"dispatcher--send-high"}',
])('a line with ids, times and counts stays as it is: %s', (line) => {
  expect(mask(line)).toBe(line);
});

test.each([
  ['without any of it', 'a@b ', 'x', 2_000_000],
  ['of what may be the password of a URL', 'a@b ', '://a:', 400_000],
  ['of what may be queries', '', '?a=', 700_000],
  ['of one value in a query', '?a=', 'x', 10_000_000],
])('a long line %s is looked through at once', (_, start, part, times) => {
  const line = `{"err":"${start}${part.repeat(times)}"}`;
  expect(mask(line)).toBe(line);
});
