import { describe, expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { makeSecrets } from '../data/secrets.ts';
import { demoConnections } from '../instance/demo-connections.ts';
import { curlLines, welcome } from './welcome.ts';

const secrets = makeSecrets();
const instance = {
  baseUrl: 'http://127.0.0.1:8080',
  apiKey: secrets.api_key,
  connections: demoConnections(secrets),
};

/** The words that bash hands to curl for a line. */
function words(line: string): string[] {
  const echo = `sleep() { :; }; curl() { printf '%s\\0' "$@"; }; ${line}`;
  return execFileSync('bash', ['-c', echo], { encoding: 'utf8' }).split('\0').slice(0, -1);
}

describe('the printed curl lines', () => {
  const [send, receive, read] = curlLines(instance).map(words);

  test('send a message of valid JSON with the key', () => {
    expect(send).toContain(`Authorization: Bearer ${secrets.api_key}`);
    expect(JSON.parse(send?.at(-1) ?? '')).toMatchObject({ type: 'sms', attachments: null });
  });

  test('read both back with the same key', () => {
    expect(read).toContain('http://127.0.0.1:8080/v1/messages?limit=10');
    expect(read).toContain(`Authorization: Bearer ${secrets.api_key}`);
  });

  test('deliver an inbound message whose signature fits its exact bytes', () => {
    const body = receive?.at(-1) ?? '';
    const signature = createHmac('sha256', secrets.connections.inbox.secret).update(body).digest('hex');
    expect(receive).toContain(`X-Signature: ${signature}`);
    expect(JSON.parse(body)).toMatchObject({ message_id: 'm1', text: 'Hello' });
  });

  test('read after a moment, for a block that is pasted reads what it has just written', () => {
    expect(curlLines(instance)[2]).toMatch(/^sleep 1; curl /);
  });

  test('are whole lines, for they are pasted', () => {
    const text = welcome(instance, { file: 'f', logs: 'l', stopCommand: 'npm stop' });
    expect(text.split('\n').filter((line) => /^(sleep 1; )?curl /.test(line))).toEqual([
      ...curlLines(instance),
    ]);
  });
});
