import type { Answer, Finding } from '../provider.ts';
import type { Fixtures } from './fixtures.ts';

const listing = (...data: unknown[]): Answer => ({
  status: 200,
  headers: {},
  body: JSON.stringify({ data }),
});
const entry = (id: unknown, client_reference: unknown) => ({ id, client_reference });

const found: Finding = { kind: 'found', provider_message_id: 'p-1' };
const unreadable: Finding = { kind: 'unknown', reason: 'unreadable_list' };

/** For every provider that lists what it took under our reference. */
export const listLookups: Fixtures['lookups'] = [
  {
    title: 'a list with the message',
    answer: (key) => listing({ ...entry('p-1', key), status: 'sent' }),
    finding: found,
  },
  {
    title: 'a list of the same message sent twice',
    answer: (key) => listing(entry('p-1', key), entry('p-2', key)),
    finding: found,
  },
  { title: 'an empty list', answer: () => listing(), finding: { kind: 'not_found' } },
  ...[
    { title: 'a list of messages that are not ours', answer: () => listing(entry('p-9', 'other')) },
    { title: 'a list without references', answer: () => listing({ id: 'p-1' }) },
    { title: 'a message without an id', answer: (key: string) => listing(entry('', key)) },
    {
      title: 'an id that cannot be stored',
      answer: (key: string) => listing(entry('a\0b', key)),
    },
    { title: 'an object without a list', answer: () => ({ ...listing(), body: '{}' }) },
  ].map((lookup) => ({ ...lookup, finding: unreadable })),
];
