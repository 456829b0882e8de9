import { expect, test } from '@jest/globals';
import { request } from 'undici';
import { expecting, userOf } from './people.ts';
import { providerOf } from './provider.ts';
import { runningParley } from './running-parley.ts';

const parley = runningParley();
const user = userOf(parley);
const provider = providerOf(parley);

const mail = (to: string, more: object = {}) => ({
  from: 'us@mycorp.example',
  to,
  body: '<b>News</b>',
  ...more,
});
const ledgerOf = async (address: string) =>
  (await expecting(200, user.asks(`/v1/consent/${encodeURIComponent(address)}`))).body;

/** The link to unsubscribe that the provider was given, on the address that is reached from here. */
async function linkTo(address: string): Promise<string> {
  const { entries } = await provider.untilCalled(address, 1);
  const [, link = ''] = /^<https?:\/\/[^/>]+(\/u\/[^>]+)>$/.exec(entries[0]?.list_unsubscribe ?? '') ?? [];
  return parley.endpoint().baseUrl + link;
}

test('marketing by e-mail is ended with one click, and not by looking at its link', async () => {
  const address = 'reader@b.example';
  const { id } = await user.sends(mail(address, { category: 'marketing' }));
  const link = await linkTo(address);
  expect(link).not.toContain(address);

  expect(await request(link)).toMatchObject({ statusCode: 200 });
  expect(await ledgerOf(address)).toMatchObject({ state: null });

  const click = () =>
    request(link, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: 'List-Unsubscribe=One-Click',
    });
  expect(await click()).toMatchObject({ statusCode: 200 });
  expect(await click()).toMatchObject({ statusCode: 200 });
  expect(await ledgerOf(address)).toMatchObject({
    state: 'opted_out',
    data: [{ source: 'one_click', evidence: `list_unsubscribe of ${id}`, type_class: 'email' }],
  });
  const refused = { status: 400, body: { code: 'recipient_opted_out' } };
  expect(await user.triesToSend(mail(address))).toMatchObject(refused);
  expect(await request(`${link}x`, { method: 'POST' })).toMatchObject({ statusCode: 404 });
});

test('what is no marketing has no link, and neither has what is no e-mail', async () => {
  await user.sends(mail('receipt@b.example'));
  await user.sends({ to: '+4915199999999', category: 'marketing' });
  for (const to of ['receipt@b.example', '+4915199999999'])
    expect((await provider.untilCalled(to, 1)).entries).toMatchObject([{ list_unsubscribe: null }]);
  expect(await user.triesToSend({ category: 'spam' })).toMatchObject({ status: 422 });
});
