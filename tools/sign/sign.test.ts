import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { describeInstance } from '@parley/launcher/instance/instance-file';
import { Webhook } from 'standardwebhooks';
import { curlLine } from './sign-body.ts';

const MAIL_SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const BODY = JSON.stringify({
  message_id: 'm1',
  from: '+919876543210',
  to: '+14155550100',
  timestamp: '2025-01-15T10:00:00Z',
  text: 'Hello',
});
/** As the generic inbox's own vector has it. */
const SIGNATURE = '40008bd0857de0e343e0721af687fb7d9ae075c16d325423323c4169bff9d590';

let data: string;

beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'parley-sign-'));
  await writeFile(join(data, 'body.json'), BODY);
  const instance = describeInstance({
    baseUrl: 'http://127.0.0.1:8080',
    apiKey: 'a',
    adminKey: 'b',
    simulatorUrl: 'http://127.0.0.1:8081',
    providersUrl: 'http://127.0.0.1:8081',
    postgresUrl: 'postgres://127.0.0.1',
    natsUrl: 'nats://127.0.0.1',
    connections: {
      inbox: {
        provider: 'generic',
        path: '/webhooks/inbox',
        scheme: 'hmac-sha256-hex',
        secret: 'inbox-secret',
      },
      mail: {
        provider: 'mail-gateway',
        path: '/webhooks/mail',
        scheme: 'standard-webhooks',
        secret: MAIL_SECRET,
      },
    },
  });
  await writeFile(join(data, 'parley.json'), JSON.stringify(instance));
});

afterAll(() => rm(data, { recursive: true, force: true }));

interface Run {
  code: number | null;
  stdout: string;
  stderr: string;
}

function sign(args: readonly string[], input = ''): Promise<Run> {
  const main = fileURLToPath(new URL('main.ts', import.meta.url));
  return new Promise((resolve) => {
    const env = { PATH: process.env['PATH'], INIT_CWD: data };
    const child = execFile(process.execPath, [main, ...args], { env }, (_error, stdout, stderr) =>
      resolve({ code: child.exitCode, stdout, stderr }),
    );
    child.stdin?.end(input);
  });
}

describe('npm run sign', () => {
  test('prints the header that signs a file, found from where the command was typed', async () => {
    expect(await sign(['body.json', '--data', '.'])).toEqual({
      code: 0,
      stdout: `x-signature: ${SIGNATURE}\n`,
      stderr: '',
    });
  });

  test('signs standard input', async () => {
    const { stdout } = await sign(['-', '--data', '.', '--connection=inbox'], BODY);
    expect(stdout).toBe(`x-signature: ${SIGNATURE}\n`);
  });

  test('prints all headers of Standard Webhooks, as its own library verifies them', async () => {
    const { stdout } = await sign(['body.json', '--connection', 'mail', '--data', '.']);
    const headers = Object.fromEntries(
      stdout
        .trim()
        .split('\n')
        .map((line) => line.split(': ', 2)),
    );
    expect(new Webhook(MAIL_SECRET).verify(BODY, headers)).toEqual(JSON.parse(BODY));
  });

  test('prints a curl line that a shell takes as it is', async () => {
    const { stdout } = await sign(['body.json', '--data', '.', '--curl']);
    expect(stdout).toBe(
      `curl -sS -w '\\n' 'http://127.0.0.1:8080/webhooks/inbox' -H 'content-type: application/json' ` +
        `-H 'x-signature: ${SIGNATURE}' --data-binary '@${join(data, 'body.json')}'\n`,
    );
    expect(curlLine("it's.json", 'http://x', {})).toContain(`'@it'\\''s.json'`);
  });

  test('explains itself', async () => {
    const { code, stdout } = await sign(['--help']);
    expect(code).toBe(0);
    expect(stdout).toContain('--connection');
  });

  test.each([
    ['no file', [], 'sign needs one file'],
    ['two files', ['a', 'b'], 'sign needs one file'],
    ['standard input for curl', ['-', '--curl'], '--curl needs a file'],
    ['an unknown option', ['a', '--colour'], "Unknown option '--colour'"],
    [
      'a connection that is not there',
      ['body.json', '--data', '.', '--connection', 'fax'],
      'there are inbox, mail',
    ],
    ['a Parley that does not run', ['body.json', '--data', 'nowhere'], 'No Parley runs on'],
    ['a file that is not there', ['nothing.json', '--data', '.'], 'nothing.json cannot be read'],
  ])('answers %s with one line and exit code 1', async (_, args, line) => {
    const { code, stdout, stderr } = await sign(args);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain(line);
    expect(stderr.trim()).not.toContain('\n');
  });
});
