import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { keeperHome } from './home.ts';
import { keeperStarter } from './start-keeper.ts';
import { answer, onLines, sendLine, WELCOME, type Answer, type Command, type Running } from './protocol.ts';

/** How long a keeper may take to come up, or an old one to leave, ms. */
const PATIENCE_MS = 60_000;
const RETRY_MS = 25;

/** A connection to the keeper. It keeps this process alive only while an answer is awaited. */
interface Connection {
  ask(command: Command): Promise<Answer>;
}

let connection: Promise<Connection> | undefined;

/**
 * Asks the keeper of this clone, which is started when there is none. Everything it starts for us ends when this
 * process does, however that happens. Throws in the keeper's words when it cannot do it.
 */
export async function askKeeper(command: Command): Promise<Running | null> {
  connection ??= open();
  const { running, failure } = await (await connection).ask(command);
  if (failure !== null) throw new Error(failure);
  return running;
}

async function open(): Promise<Connection> {
  const ensureKeeper = keeperStarter();
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    const socket = await enter(keeperHome().socket);
    if (socket !== null) return talk(socket);
    if (performance.now() > deadline) throw new Error('the keeper of the test servers does not answer');
    ensureKeeper();
    await delay(RETRY_MS);
  }
}

/** Connects and waits to be let in; null when there is no keeper or it is about to leave. */
function enter(path: string): Promise<Socket | null> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('error', () => resolve(null));
    socket.once('close', () => resolve(null));
    onLines(socket, (line) => {
      if (line === JSON.stringify(WELCOME)) resolve(socket);
      else socket.emit('answer', line);
    });
  });
}

function talk(socket: Socket): Connection {
  const waiting = new Map<number, PromiseWithResolvers<Answer>>();
  let lastId = 0;
  socket.on('answer', (line: string) => {
    const heard = answer.parse(JSON.parse(line));
    waiting.get(heard.id)?.resolve(heard);
    waiting.delete(heard.id);
    if (waiting.size === 0) socket.unref();
  });
  socket.once('close', () => {
    for (const { reject } of waiting.values()) reject(new Error('the keeper of the test servers is gone'));
  });
  socket.unref();
  return {
    ask: (command) => {
      const reply = Promise.withResolvers<Answer>();
      if (socket.destroyed) return Promise.reject(new Error('the keeper of the test servers is gone'));
      lastId += 1;
      waiting.set(lastId, reply);
      socket.ref();
      sendLine(socket, { id: lastId, command });
      return reply.promise;
    },
  };
}
