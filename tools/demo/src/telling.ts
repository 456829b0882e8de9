import type { Cast, Person } from './cast.ts';
import type { Message, Parley, Refusal } from './parley.ts';
import type { Stage } from './stage.ts';

/** A story while it is told. */
export interface Telling {
  parley: Parley;
  stage: Stage;
  cast: Cast;
}

/** One part of the story; the next ones may need the message it returns. */
export type Scene<Result = void> = (telling: Telling) => Promise<Result>;

/** How somebody is written to. */
type Channel = 'sms' | 'email';

const addressOf = (person: Person, channel: Channel): string =>
  channel === 'sms' ? person.phone : person.email;

/** The shop writes to Ana. Resolves with what the API answers, at once: nobody has been called yet. */
export async function shopWrites(
  { parley, stage, cast: { shop, ana } }: Telling,
  { channel, body, ...fields }: { channel: Channel; body: string; subject?: string; send_at?: string },
): Promise<Message | Refusal> {
  await stage.says({ from: shop.name, to: ana.name, type: channel, body });
  return parley.send({ from: addressOf(shop, channel), to: addressOf(ana, channel), body, ...fields });
}

/** Throws unless the message was accepted. */
export function accepted(answer: Message | Refusal): Message {
  if ('id' in answer) return answer;
  throw new Error(`the message was refused: ${answer.code}`);
}

/** Ana writes to the shop, through the provider of her channel. */
export async function anaWrites(
  { parley, stage, cast: { shop, ana } }: Telling,
  { channel, body, subject }: { channel: Channel; body: string; subject?: string },
): Promise<void> {
  await stage.says({ from: ana.name, to: shop.name, type: channel, body });
  await parley.receive({
    connection: channel === 'sms' ? 'sms' : 'mail',
    from: addressOf(ana, channel),
    to: addressOf(shop, channel),
    body,
    ...(subject !== undefined && { subject }),
  });
}

/** Watches a message until its receipt is there, and tells every status that is seen on the way. */
export async function untilDelivered({ parley, stage }: Telling, { id, status }: Message): Promise<Message> {
  const seen = [status];
  const delivered = await parley.until(`message ${id} is delivered`, async () => {
    const now = await parley.message(id);
    if (now.status !== seen.at(-1)) seen.push(now.status);
    return now.status === 'delivered' ? now : null;
  });
  await stage.happens(`${seen.join(' → ')}, through ${delivered.provider}`);
  return delivered;
}
