import { expect, test } from '@jest/globals';
import { givenUrl } from './given-url.ts';

test.each([
  ['POSTGRES_URL', 'postgres://u:p@h:5432/db'],
  ['POSTGRES_URL', 'postgresql://u@h'],
  ['NATS_URL', 'nats://a:4222,nats://b:4222'],
] as const)('%s may be %s', (name, url) => {
  expect(givenUrl(name, url)).toBe(url);
});

test.each([
  ['POSTGRES_URL', 'hush'],
  ['POSTGRES_URL', 'http://h/hush'],
  ['POSTGRES_URL', 'postgres:///hush'],
  ['NATS_URL', 'h:4222/hush'],
  ['NATS_URL', 'nats://h:4222,hush'],
] as const)('%s may not be %s, and is not repeated', (name, url) => {
  expect(() => givenUrl(name, url)).toThrow(expect.objectContaining({ code: 'bad_usage' }));
  expect(() => givenUrl(name, url)).not.toThrow(/hush/);
});

test('null and an empty text mean that there is none', () => {
  expect(givenUrl('NATS_URL', null)).toBeUndefined();
  expect(givenUrl('NATS_URL', '')).toBeUndefined();
});
