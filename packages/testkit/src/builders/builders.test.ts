import { expect, test } from '@jest/globals';
import { message } from '@parley/contracts/message';
import { acceptMessages } from '@parley/contracts/requests/accept-messages';
import { aMessage } from './a-message.ts';
import { anAcceptItem } from './an-accept-item.ts';

test('a built message is one that the contract knows, and takes what the test cares about', () => {
  const built = aMessage({ type: 'mms', attachments: ['https://example.test/a.png'] });
  expect(message.parse(built)).toEqual(built);
  expect(built.type).toBe('mms');
});

test('a built item to accept is one that the contract knows', () => {
  const built = anAcceptItem({ body: 'Hello' });
  expect(acceptMessages.item.parse(built)).toEqual(built);
});
