import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A way to a server of which a test can take away what a frozen server takes away. */
export interface Way {
  /** The server's, by this way. */
  url: string;
  /** From now on nothing gets through, though nothing is closed and new connections are taken. */
  fallSilent(): void;
  /** Closes everything. */
  close(): void;
}

/** Opens one to the server at a URL with host and port. */
export async function wayTo(url: string): Promise<Way> {
  const { hostname: host, port } = new URL(url);
  const sockets = new Set<Socket>();
  let isSilent = false;
  const keep = (socket: Socket): Socket => {
    sockets.add(socket);
    return socket.on('error', () => socket.destroy()).once('close', () => sockets.delete(socket));
  };
  const server = createServer((near) => {
    keep(near);
    if (isSilent) return;
    const far = keep(connect(Number(port), host));
    const pass = (from: Socket, to: Socket): void => {
      from.on('data', (bytes) => isSilent || to.write(bytes)).once('close', () => to.destroy());
    };
    pass(near, far);
    pass(far, near);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const way = new URL(url);
  way.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: way.href,
    fallSilent: () => void (isSilent = true),
    close: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
