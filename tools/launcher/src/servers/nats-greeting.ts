import { connect } from 'node:net';

/**
 * Logs in to a nats-server as a client would. Resolves to true when it answered our PING and offers JetStream, to
 * false when nobody answers yet, it refuses the password, or it takes longer than a second.
 */
export function greetsNats({
  port,
  user,
  password,
}: {
  port: number;
  user: string;
  password: string;
}): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', timeout: 1000 });
    let heard = '';
    const end = (ready: boolean): void => {
      socket.destroy();
      resolve(ready);
    };
    socket.setEncoding('utf8');
    socket.once('connect', () => {
      socket.write(
        `CONNECT ${JSON.stringify({ verbose: false, pedantic: false, user, pass: password })}\r\nPING\r\n`,
      );
    });
    socket.on('data', (chunk) => {
      heard += String(chunk);
      if (heard.includes('\r\nPONG\r\n')) end(/^INFO \{.*"jetstream":true/.test(heard));
      else if (heard.includes('-ERR')) end(false);
    });
    socket.once('timeout', () => end(false));
    socket.once('error', () => end(false));
    socket.once('close', () => end(false));
  });
}
