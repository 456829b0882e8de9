import type { Message } from '../parley.ts';
import type { Scene } from '../telling.ts';
import { STOP } from './stop.ts';

const AT_END = ['delivered', 'received'];

/** What of it can be read afterwards: the conversation, and the story of the message that failed over. */
export const lookBack =
  ({ id, conversation_id }: Message): Scene =>
  async ({ stage, parley, cast: { shop, ana } }) => {
    await stage.scene('What remains');
    await stage.tell(`GET /v1/conversations/${conversation_id}/messages`);
    // Lists follow what happens a moment later.
    const all = await parley.until('her STOP is listed, and everything at its end', async () => {
      const listed = await parley.conversation(conversation_id);
      const isWhole = listed.some(({ body }) => body === STOP);
      return isWhole && listed.every(({ status }) => AT_END.includes(status)) ? listed : null;
    });
    const nameOf = (address: string): string =>
      [shop, ana].find(({ phone, email }) => [phone, email].includes(address))?.name ?? address;
    await stage.table(
      all.map(({ created_at, type, from, status, body }) => [
        created_at.slice(11, 19),
        nameOf(from),
        type,
        status,
        body ?? '',
      ]),
    );
    await stage.tell('');
    await stage.tell(`GET /v1/messages/${id}/timeline`);
    const entries = await parley.timeline(id);
    await stage.table(
      entries.map(({ at, service, event, summary }) => [at.slice(11, 23), service, event, summary]),
    );
  };
