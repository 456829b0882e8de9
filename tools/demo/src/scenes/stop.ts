import { anaWrites, shopWrites, type Scene } from '../telling.ts';

/** What she writes then. */
export const STOP = 'STOP';

/** Ana has had enough. */
export const stop: Scene = async (telling) => {
  const { stage, parley, cast } = telling;
  await stage.scene('STOP');
  await anaWrites(telling, { channel: 'sms', body: STOP });
  await parley.until('her STOP is in force', async () =>
    (await parley.consent(cast.ana.phone)) === 'opted_out' ? true : null,
  );
  await stage.happens(`opted out, for every message to ${cast.ana.phone} that has not been sent yet`);
  const answer = await shopWrites(telling, { channel: 'sms', body: 'Roses are in!' });
  if ('id' in answer) throw new Error('a message to somebody who has opted out was accepted');
  await stage.refuses(`400 ${answer.code}: ${answer.detail}`);
};
