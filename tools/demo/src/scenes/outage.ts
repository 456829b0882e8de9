import { accepted, shopWrites, untilDelivered, type Scene } from '../telling.ts';
import type { Message } from '../parley.ts';

/** The provider that is used first is down: the second one sends. */
export const outage: Scene<Message> = async (telling) => {
  const { stage, parley, cast } = telling;
  await stage.scene('A provider is down');
  await stage.tell(
    'The provider "sms" answers 503 to the next call: surely not sent, so that another one may be called.',
  );
  await parley.provider({ connection: 'sms', to: cast.ana.phone, outcomes: [{ status: 503 }] });
  const sent = accepted(await shopWrites(telling, { channel: 'sms', body: 'We are on our way.' }));
  return untilDelivered(telling, sent);
};
