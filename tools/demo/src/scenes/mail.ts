import { accepted, anaWrites, shopWrites, untilDelivered, type Scene } from '../telling.ts';
import type { Message } from '../parley.ts';

/** The conversation goes on by e-mail. */
export const mail =
  (conversationId: Message['conversation_id']): Scene =>
  async (telling) => {
    const { stage, parley } = telling;
    await stage.scene('The same conversation, by e-mail');
    await stage.tell(
      'Both have a phone and a mailbox in the directory. So it does not matter which one they use.',
    );
    const subject = 'My tulips';
    const body = 'Here is the address: 4 Orchard Lane.';
    await anaWrites(telling, { channel: 'email', subject, body });
    await parley.until('the e-mail is in the conversation', async () => {
      const all = await parley.conversation(conversationId);
      return all.some((message) => message.body === body) || null;
    });
    await stage.happens('filed into the conversation that the text began');
    const answer = {
      channel: 'email',
      subject: `Re: ${subject}`,
      body: '<p>We will be there at <b>five</b>.</p>',
    } as const;
    await untilDelivered(telling, accepted(await shopWrites(telling, answer)));
  };
