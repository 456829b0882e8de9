import { z } from 'zod';

/** How a message travels. */
export const messageType = z.enum(['sms', 'mms', 'email', 'chat']);
export type MessageType = z.infer<typeof messageType>;

/** Whether a message leaves Parley or came in. */
export const direction = z.enum(['outbound', 'inbound']);
export type Direction = z.infer<typeof direction>;
