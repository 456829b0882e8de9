import type { Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { z } from 'zod';

/** What a client can ask of the keeper. Every line is one JSON object; answers carry the question's id. */
const command = z.discriminatedUnion('do', [
  /** The PostgreSQL that all clients share. */
  z.object({ do: z.literal('share-postgres') }),
  /** A server of the client's own; it ends with the client's connection. */
  z.object({ do: z.literal('start'), kind: z.enum(['postgres', 'nats']) }),
  z.object({ do: z.enum(['stop', 'kill', 'restart']), server: z.int(), wipe: z.boolean().optional() }),
]);
export type Command = z.infer<typeof command>;

export const question = z.object({ id: z.int(), command });
export type Question = z.infer<typeof question>;

/** A server as clients know it; `server` is its number in later commands. */
const running = z.object({ server: z.int(), url: z.string() });
export type Running = z.infer<typeof running>;

export const answer = z.object({
  id: z.int(),
  running: running.nullable(),
  /** Why it failed; null when it did not. */
  failure: z.string().nullable(),
});
export type Answer = z.infer<typeof answer>;

/** Sent by the keeper when it has taken a connection: without it the keeper was about to leave. */
export const WELCOME = 'welcome';

/** Hears whole lines. */
export function onLines(socket: Socket, hear: (line: string) => void): void {
  createInterface({ input: socket, crlfDelay: Infinity })
    .on('line', hear)
    // It repeats the socket's errors, which whoever opened the socket hears.
    .on('error', () => {});
}

/** Sends one JSON object as a line; a connection that is gone is noticed by its `close`, not here. */
export function sendLine(socket: Socket, value: unknown): void {
  if (socket.writable) socket.write(`${JSON.stringify(value)}\n`);
}
