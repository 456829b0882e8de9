import { chooseCast } from './cast.ts';
import type { Parley } from './parley.ts';
import { lookBack } from './scenes/look-back.ts';
import { mail } from './scenes/mail.ts';
import { outage } from './scenes/outage.ts';
import { schedule } from './scenes/schedule.ts';
import { stop } from './scenes/stop.ts';
import { text } from './scenes/text.ts';
import type { Stage } from './stage.ts';

/** Tells the whole story. Rejects when something happens that is not part of it. */
export async function play(parley: Parley, stage: Stage): Promise<void> {
  const telling = { parley, stage, cast: chooseCast() };
  const { conversation_id } = await text(telling);
  await mail(conversation_id)(telling);
  const failedOver = await outage(telling);
  await schedule(telling);
  await stop(telling);
  await lookBack(failedOver)(telling);
}
