import { accepted, anaWrites, shopWrites, untilDelivered, type Scene } from '../telling.ts';
import type { Message } from '../parley.ts';

/** A text message goes out, and its answer comes in. */
export const text: Scene<Message> = async (telling) => {
  const { stage, parley, cast } = telling;
  await stage.scene('A text, and its answer');
  await stage.tell(`Bloom is a flower shop, ${cast.shop.phone}; Ana is a customer, ${cast.ana.phone}.`);
  for (const { name, ...person } of [cast.shop, cast.ana])
    await parley.createUser({ ...person, first_name: name });
  const body = 'Your tulips are in. Will you pick them up today?';
  const sent = accepted(await shopWrites(telling, { channel: 'sms', body }));
  await stage.happens('202: committed, and from now on never lost');
  await untilDelivered(telling, sent);
  await anaWrites(telling, { channel: 'sms', body: 'Could you bring them?' });
  await stage.happens('signed by the provider, verified, stored once however often it is repeated');
  return sent;
};
