/** Anything that a message in a list has. */
export type Sample = Readonly<Record<string, unknown>>;

/** A question to a list: names and values of its filters. */
export type Question = Readonly<Record<string, string>>;

/** Filters of which each, alone and with each other, is asked for; how its value is had of a message. */
const FILTERS: Record<string, (sample: Sample) => unknown> = {
  id: ({ id }) => id,
  from: ({ from }) => from,
  to: ({ to }) => to,
  provider_message_id: ({ provider_message_id }) => provider_message_id,
  type: ({ type }) => type,
  direction: ({ direction }) => direction,
  status: ({ status }) => status,
  status_reason: ({ status_reason }) => status_reason,
  conversation_id: ({ conversation_id }) => conversation_id,
  since: ({ timestamp }) => timestamp,
  until: ({ timestamp }) => timestamp,
  order: () => 'asc',
};
const NAMES = Object.keys(FILTERS);

/** Each filter alone and each pair of them, with values of two messages that need not be the same: some match nothing. */
export function filtersAndPairs(one: Sample, two: Sample): Question[] {
  const pairs = NAMES.flatMap((name, index) => NAMES.slice(index + 1).map((other) => [name, other] as const));
  return [
    ...NAMES.map((name) => asked([name, one])),
    ...pairs.map(([name, other]) => asked([name, one], [other, two])),
  ].filter((question) => question !== null);
}

/** What nothing has, and what little has: what an index in the list's order would be walked to its end for. */
export const SPARSE: readonly Question[] = [
  { type: 'chat' },
  { status: 'sending' },
  { status: 'canceled' },
  { status: 'expired', order: 'asc' },
  { from: 'MyCorp', type: 'email' },
  { from: 'MyCorp', status: 'received' },
  { direction: 'inbound', status: 'failed' },
  { to: '+12025550100', direction: 'outbound' },
  { status_reason: 'nothing_has_this' },
];

/** Texts that many messages contain, that some do, that one does and that none does. */
export function texts(samples: readonly Sample[]): Question[] {
  const bodies = samples.map(({ body }) => String(body));
  const orders = bodies.flatMap((body) => /order (\d{7})/.exec(body)?.[1] ?? []);
  const phrases = bodies.map((body) => body.split(' ').slice(2, 5).join(' '));
  const words = ['the', 'Zebrafinch', 'LABYRINTH', 'quicksilver', 'order', 'mber', 'xylophone', 'zzz', 'ing'];
  return [...words, ...orders.slice(0, 10), ...phrases.slice(0, 10)].flatMap((q) => [
    { q },
    { q, type: 'email' },
    { q, order: 'asc' },
  ]);
}

function asked(...filters: readonly (readonly [string, Sample])[]): Question | null {
  const values = filters.map(([name, sample]) => [name, FILTERS[name]?.(sample)] as const);
  if (values.some(([, value]) => typeof value !== 'string')) return null;
  return Object.fromEntries(values.map(([name, value]) => [name, String(value)]));
}
