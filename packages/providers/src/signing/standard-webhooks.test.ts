import { describe, expect, test } from '@jest/globals';
import { standardWebhooks } from './standard-webhooks.ts';

const URL = 'https://parley.test/webhooks/mail';
const sign = (body: Buffer, secret: string, at: number) =>
  standardWebhooks.sign({ url: URL, body, at }, secret);
const verify = (webhook: { headers: Record<string, string>; body: Buffer }, secrets: string[], at: number) =>
  standardWebhooks.verify({ url: URL, at, ...webhook }, secrets);
const NOW = 1_750_000_000_000;
const OLD = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const NEW = 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD';
const body = Buffer.from('{"a":1}');
const headers = sign(body, OLD, NOW);
const signature = headers['webhook-signature'] ?? '';

describe('time', () => {
  test.each([
    [-300, true],
    [-301, false],
    [300, true],
    [301, false],
  ])('a webhook seen %i s after it was signed is taken: %s', (seconds, taken) => {
    expect(verify({ headers, body }, [OLD], NOW + seconds * 1_000)).toBe(taken);
  });

  test.each(['', 'now', '1.75e9', ' 1750000000', '-1750000000', '0x684f'])(
    'a timestamp of %j is no time',
    (timestamp) => {
      expect(verify({ headers: { ...headers, 'webhook-timestamp': timestamp }, body }, [OLD], NOW)).toBe(
        false,
      );
    },
  );
});

describe('signatures', () => {
  const signedAs = (list: string) =>
    verify({ headers: { ...headers, 'webhook-signature': list }, body }, [OLD], NOW);

  test('any v1 entry may fit, whatever stands beside it', () => {
    const other = sign(body, NEW, NOW)['webhook-signature'];
    expect(signedAs(`${other} v1a,AAAA v2,x ${signature}`)).toBe(true);
    expect(signedAs(`${other} v1a,AAAA`)).toBe(false);
  });

  test('another version of the right digest does not count', () => {
    expect(signedAs(signature.replace('v1,', 'v2,'))).toBe(false);
    expect(signedAs(signature.replace('v1,', ''))).toBe(false);
  });
});

test('the signature binds the id', () => {
  expect(verify({ headers: { ...headers, 'webhook-id': 'msg_other' }, body }, [OLD], NOW)).toBe(false);
});

test('an id with a dot is refused, because it could be read as another id and timestamp', () => {
  const dotted = Buffer.from(`${NOW / 1_000}.{"a":1}`);
  const { 'webhook-id': id = '', ...rest } = sign(dotted, OLD, NOW);
  const shifted = { ...rest, 'webhook-id': `${id}.${NOW / 1_000}` };
  expect(verify({ headers: shifted, body }, [OLD], NOW)).toBe(false);
});

test('a repeated event keeps its id, and another event has another', () => {
  expect(sign(body, NEW, NOW + 5_000)['webhook-id']).toBe(headers['webhook-id']);
  expect(sign(Buffer.from('{"a":2}'), OLD, NOW)['webhook-id']).not.toBe(headers['webhook-id']);
});

test('the key is what the secret decodes to, and a plain secret is its bytes', () => {
  const plain = Buffer.from(OLD.slice('whsec_'.length), 'base64').toString('latin1');
  const ascii = 'whsec_' + Buffer.from('plain secret').toString('base64');
  expect(verify({ headers: sign(body, 'plain secret', NOW), body }, [ascii], NOW)).toBe(true);
  expect(verify({ headers, body }, [plain], NOW)).toBe(false);
});
