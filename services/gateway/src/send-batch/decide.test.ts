import { expect, test } from '@jest/globals';
import { atItem } from './decide.ts';

test('what is wrong in an item is said of its place in the batch, also where it names another place', () => {
  const error = { pointer: '#/to/1', detail: 'is the same recipient as #/to/0' };
  expect(atItem(12)(error)).toEqual({
    pointer: '#/messages/12/to/1',
    detail: 'is the same recipient as #/messages/12/to/0',
  });
  expect(atItem(0)({ pointer: '#', detail: 'must be an object' }).pointer).toBe('#/messages/0');
});
