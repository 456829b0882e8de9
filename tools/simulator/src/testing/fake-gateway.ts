import { createServer } from 'node:http';

/** A webhook as the fake gateway got it. */
export interface ReceivedWebhook {
  path: string;
  headers: Record<string, string>;
  body: Buffer;
}

/** A gateway for tests: remembers what it gets, and answers what the test says. */
export interface FakeGateway {
  url: string;
  received: ReceivedWebhook[];
  /** Called for each webhook; the status of its answer. */
  respond: (webhook: ReceivedWebhook) => number;
  /** Stops listening and breaks every connection; the port stays known. */
  stop(): Promise<void>;
  /** Listens again on the same port. */
  start(): Promise<void>;
}

/** Starts a gateway on a free loopback port that accepts everything. */
export async function startFakeGateway(): Promise<FakeGateway> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const headers = Object.fromEntries(
        Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
      );
      const webhook = { path: request.url ?? '', headers, body: Buffer.concat(chunks) };
      gateway.received.push(webhook);
      response.writeHead(gateway.respond(webhook), { 'content-type': 'application/json' });
      response.end('{"status":"accepted"}');
    });
  });
  let port = 0;
  const gateway: FakeGateway = {
    url: '',
    received: [],
    respond: () => 200,
    stop: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
    start: () => new Promise((resolve) => server.listen(port, '127.0.0.1', resolve)),
  };
  await gateway.start();
  const address = server.address();
  port = typeof address === 'object' && address !== null ? address.port : 0;
  gateway.url = `http://127.0.0.1:${port}`;
  return gateway;
}
