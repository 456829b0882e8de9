import { accepted, shopWrites, untilDelivered, type Scene } from '../telling.ts';

const AHEAD_MS = 4_000;

/** A message for later. */
export const schedule: Scene = async (telling) => {
  const { stage } = telling;
  await stage.scene('A message for later');
  const send_at = new Date(Date.now() + AHEAD_MS).toISOString();
  const body = 'How do you like the tulips?';
  const message = accepted(await shopWrites(telling, { channel: 'sms', body, send_at }));
  await stage.tell(
    `It is to be sent at ${send_at.slice(11, 19)} UTC, in ${AHEAD_MS / 1_000} seconds. Until then it can be canceled.`,
  );
  const { sent_at } = await untilDelivered(telling, message);
  await stage.happens(`sent ${Date.parse(sent_at ?? '') - Date.parse(send_at)} ms after its time`);
};
