import { expect, test } from '@jest/globals';
import { presentedKey } from './presented-key.ts';

const key = 'parley_live_id_secret';
const other = 'parley_live_other_secret';

test.each([
  ['a bearer token', { authorization: `Bearer ${key}` }, key],
  ['a bearer token in any case', { authorization: `bearer ${key}` }, key],
  ['X-API-Key', { 'x-api-key': key }, key],
  [
    'the bearer token, which wins over X-API-Key',
    { authorization: `Bearer ${key}`, 'x-api-key': other },
    key,
  ],
  [
    'X-API-Key, when another kind of credentials is there',
    { authorization: 'Basic eDp5', 'x-api-key': key },
    key,
  ],
  ['X-API-Key, when the bearer token is not ours', { authorization: 'Bearer eyJh', 'x-api-key': key }, key],
])('a request shows its key as %s', (_, headers, expected) => {
  expect(presentedKey(headers)).toBe(expected);
});

test.each([
  ['no header', {}],
  ['a bearer token that is not ours', { authorization: 'Bearer eyJh' }],
  ['a key without a scheme', { authorization: key }],
  ['an empty X-API-Key', { 'x-api-key': '' }],
  ['two values of X-API-Key', { 'x-api-key': [key, other] }],
  ['a key longer than any of ours', { 'x-api-key': 'x'.repeat(257) }],
])('a request with %s shows none', (_, headers) => {
  expect(presentedKey(headers)).toBeNull();
});
