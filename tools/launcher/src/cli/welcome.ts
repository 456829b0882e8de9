import { createHmac } from 'node:crypto';
import type { Instance } from '../instance/instance.ts';

const OUTBOUND = {
  from: '+12016661234',
  to: '+18045551234',
  type: 'sms',
  body: 'Hello from Parley',
  attachments: null,
  timestamp: '2024-11-01T14:00:00Z',
};
const INBOUND = {
  message_id: 'm1',
  from: '+919876543210',
  to: '+14155550100',
  timestamp: '2025-01-15T10:00:00Z',
  text: 'Hello',
};

/** What a new user needs of an instance. */
export type Reachable = Pick<Instance, 'baseUrl' | 'apiKey' | 'connections'>;

/**
 * Three lines for bash, to be pasted as they are, one by one or all at once: send a message, deliver a signed inbound
 * one, read both back. Reading comes last and waits a second, for lists follow a write within a moment only.
 */
export function curlLines({
  baseUrl,
  apiKey,
  connections,
}: Reachable): [send: string, receive: string, read: string] {
  const json = `-H 'Content-Type: application/json'`;
  const key = `-H 'Authorization: Bearer ${apiKey}'`;
  const inbox = connections['inbox'];
  if (!inbox) throw new Error('the demo account has no inbox');
  const body = JSON.stringify(INBOUND);
  const signature = createHmac('sha256', inbox.secret).update(body).digest('hex');
  return [
    `curl -sS -w '\\n' '${baseUrl}/v1/messages' ${key} ${json} -d '${JSON.stringify(OUTBOUND)}'`,
    `curl -sS -w '\\n' '${baseUrl}${inbox.path}' ${json} -H '${inbox.header}: ${signature}' --data-binary '${body}'`,
    `sleep 1; curl -sS -w '\\n' '${baseUrl}/v1/messages?limit=10' ${key}`,
  ];
}

/** What to do first with an instance: where it is, `more` of what is worth knowing by its name, and the lines to paste. */
export function greeting(instance: Reachable, more: Readonly<Record<string, string>>): string {
  const [send, receive, read] = curlLines(instance);
  const known = {
    'Base URL': instance.baseUrl,
    'API docs': `${instance.baseUrl}/docs`,
    'API key': instance.apiKey,
    ...more,
  };
  return [
    '',
    ...Object.entries(known).map(([name, what]) => `  ${name.padEnd(12)} ${what}`),
    '',
    'Send an SMS:',
    send,
    '',
    'Receive one, signed as its provider would:',
    receive,
    '',
    'Read them back:',
    read,
    '',
  ].join('\n');
}

/** What is printed when an instance is ready. */
export function welcome(
  instance: Reachable,
  { file, logs, stopCommand }: { file: string; logs: string; stopCommand: string },
): string {
  const last = `Ctrl-C or \`${stopCommand}\` stops everything; the data stays.`;
  return [greeting(instance, { 'For scripts': file, Logs: logs }), last, ''].join('\n');
}
