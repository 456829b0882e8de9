import { connect } from 'node:net';

/** What one user tries on a nats-server. */
export interface Attempts {
  publish: readonly string[];
  subscribe: readonly string[];
}

/** Tries it all over one connection and returns what was refused. Rejects when the user is not let in. */
export function refusedBy(url: string, { publish, subscribe }: Attempts): Promise<Attempts> {
  const { hostname, port, username, password } = new URL(url);
  const login = { verbose: false, pedantic: false, user: username, pass: password, headers: true };
  const attempts = [
    ...publish.map((subject) => `PUB ${subject} 0\r\n\r\n`),
    ...subscribe.map((subject, number) => `SUB ${subject} ${number + 1}\r\n`),
  ];
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port) });
    let heard = '';
    socket.setEncoding('utf8');
    socket.once('error', reject);
    socket.once('close', () => reject(new Error(`the server hung up: ${heard}`)));
    socket.on('data', (chunk) => {
      heard += String(chunk);
      if (!heard.includes('\r\nPONG\r\n')) return;
      resolve({ publish: refusals(heard, 'Publish'), subscribe: refusals(heard, 'Subscription') });
      socket.destroy();
    });
    socket.write(`CONNECT ${JSON.stringify(login)}\r\n${attempts.join('')}PING\r\n`);
  });
}

function refusals(heard: string, operation: 'Publish' | 'Subscription'): string[] {
  const line = new RegExp(`-ERR 'Permissions Violation for ${operation} to "([^"]+)"'`, 'g');
  return [...heard.matchAll(line)].flatMap(([, subject]) => subject ?? []);
}
