import { rm } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { inspect } from 'node:util';
import { takeLock } from '@parley/launcher/data/lock';
import { StartError } from '@parley/launcher/start-error';
import { infrastructure, keeperHome, otherHomes } from './home.ts';
import { startEmbedded } from './embedded.ts';
import { removeAbandoned, removeHome, removeLeftovers } from './leftovers.ts';
import { onLines, question, sendLine, WELCOME, type Answer, type Question } from './protocol.ts';
import { createServers, type ClientServers, type Servers } from './servers.ts';

/** How long the keeper stays without a client, ms: one test run follows another within seconds. */
const LINGER_MS = 4_000;

const home = keeperHome();
const lock = await takeLock(home.lock, { host: '127.0.0.1', port: 0 }).catch((error: unknown) => {
  // Another keeper was first, and that is all a client wants.
  if (error instanceof StartError && error.code === 'already_running') process.exit(0);
  throw error;
});
await removeLeftovers(home.servers);
await rm(home.socket, { force: true });
const start = infrastructure === 'docker' ? (await import('./docker.ts')).startContainer : startEmbedded;
serve(createServers(home.servers, start));
void removeAbandoned(otherHomes(home)).catch(report);

function serve(servers: Servers): void {
  const clients = new Set<Socket>();
  const closing = new Set<Promise<void>>();
  let leave = setTimeout(() => void close(), LINGER_MS);

  const server = createServer((socket) => {
    clearTimeout(leave);
    clients.add(socket);
    const client = servers.forClient();
    attend(socket, client);
    socket.once('close', () => {
      clients.delete(socket);
      const closed = client
        .close()
        .catch(report)
        .finally(() => closing.delete(closed));
      closing.add(closed);
      if (clients.size > 0) return;
      clearTimeout(leave);
      leave = setTimeout(() => void close(), LINGER_MS);
    });
  });

  async function close(): Promise<void> {
    // From here on nobody is let in; who comes now starts another keeper, which waits for the lock.
    server.close();
    for (const socket of clients) socket.destroy();
    await Promise.all(closing);
    await servers.close().catch(report);
    await removeHome(home, lock);
    process.exit(0);
  }

  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.once(signal, () => void close());
  server.listen(home.socket);
}

function attend(socket: Socket, client: ClientServers): void {
  // A killed client resets its connection; its `close` follows.
  socket.on('error', () => {});
  onLines(
    socket,
    (line) => void reply(client, question.parse(JSON.parse(line))).then((text) => sendLine(socket, text)),
  );
  sendLine(socket, WELCOME);
}

async function reply(client: ClientServers, { id, command }: Question): Promise<Answer> {
  try {
    return { id, running: await client.carryOut(command), failure: null };
  } catch (error) {
    report(error);
    return { id, running: null, failure: error instanceof Error ? error.message : String(error) };
  }
}

function report(error: unknown): void {
  process.stderr.write(`${inspect(error)}\n`);
}
