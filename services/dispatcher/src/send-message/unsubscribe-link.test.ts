import { expect, test } from '@jest/globals';
import { readUnsubscription, UNSUBSCRIBE } from '@parley/contracts/unsubscribe';
import { aMessage, testKeyring } from '@parley/testkit';
import { aClaimed } from '../testing/claimed.ts';
import { unsubscribeLinks } from './unsubscribe-link.ts';

const keyring = testKeyring();
const link = unsubscribeLinks({ keyring, publicUrl: 'https://parley.test' });
const marketing = aClaimed(aMessage({ type: 'email', to: 'you@b.test' }), { category: 'marketing' });

test('marketing by e-mail has a link that says who wants no more of what, the same in every call', () => {
  const { unsubscribe_url = '' } = link(marketing);
  expect(unsubscribe_url).toMatch(/^https:\/\/parley\.test\/u\/[\w.-]+$/);
  expect(unsubscribe_url).not.toContain('you@b.test');
  expect(link(marketing).unsubscribe_url).toBe(unsubscribe_url);
  const text = keyring.ofToken(unsubscribe_url.split('/').at(-1) ?? '', UNSUBSCRIBE);
  expect(readUnsubscription(text ?? '')).toEqual({
    account_id: marketing.account_id,
    type_class: 'email',
    address: 'you@b.test',
    message_id: marketing.id,
  });
});

test.each([
  ['what is no marketing', link, aClaimed(aMessage({ type: 'email' }))],
  ['what is no e-mail', link, aClaimed(aMessage(), { category: 'marketing' })],
  [
    'an installation that does not know where it is reached',
    unsubscribeLinks({ keyring, publicUrl: undefined }),
    marketing,
  ],
])('%s has none, and costs nothing', (_what, toOutgoing, claimed) => {
  expect(toOutgoing(claimed)).toBe(claimed);
});
