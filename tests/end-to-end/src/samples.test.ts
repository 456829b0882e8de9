import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { REPOSITORY } from '@parley/launcher/repository';
import { until } from '@parley/testkit';
import { request } from 'undici';
import { fillIn, readHttpFile, type HttpFileRequest } from './http-file.ts';
import { runningParley } from './running-parley.ts';

const parley = runningParley();
const { variables, requests } = readHttpFile(await readFile(join(REPOSITORY, 'api.http'), 'utf8'));
const run = promisify(execFile);

/** What `npm run sign` prints for a sample, by header. */
async function signed(sample: string, connection: string): Promise<Record<string, string>> {
  const main = join(REPOSITORY, 'tools/sign/main.ts');
  const file = join(REPOSITORY, 'docs/samples', sample);
  const { stdout } = await run(process.execPath, [
    main,
    file,
    '--connection',
    connection,
    '--data',
    parley.dataDir(),
  ]);
  return Object.fromEntries(
    stdout
      .trim()
      .split('\n')
      .map((line) => line.split(': ', 2)),
  );
}

/** Puts in what a person puts in: where Parley is, its keys, and the signatures of the samples. */
async function preparedVariables(): Promise<Map<string, string>> {
  const { baseUrl, apiKey, adminKey } = parley.endpoint();
  const [inbox, sms, mms, receipt, email] = await Promise.all([
    signed('inbox.json', 'inbox'),
    signed('sms.json', 'sms'),
    signed('mms.json', 'sms'),
    signed('receipt.json', 'sms'),
    signed('email.json', 'mail'),
  ]);
  const own = {
    host: baseUrl,
    key: apiKey,
    admin_key: adminKey,
    inbox_signature: inbox['x-signature'],
    sms_signature: sms['x-provider-signature'],
    mms_signature: mms['x-provider-signature'],
    receipt_signature: receipt['x-provider-signature'],
    email_id: email['webhook-id'],
    email_timestamp: email['webhook-timestamp'],
    email_signature: email['webhook-signature'],
  };
  return new Map([...variables, ...Object.entries(own).map(([name, value]) => [name, value ?? ''] as const)]);
}

describe('the sample requests, from top to bottom', () => {
  const answers = new Map<string, unknown>();
  let known: Map<string, string>;

  async function send({ method, url, headers, body, bodyFile }: HttpFileRequest) {
    known ??= await preparedVariables();
    const filled = (text: string) => fillIn(text, known, answers);
    const content = bodyFile === null ? body && filled(body) : await readFile(join(REPOSITORY, bodyFile));
    const response = await request(filled(url), {
      method,
      headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, filled(value)])),
      ...(content === null ? {} : { body: content }),
    });
    return { status: response.statusCode, text: await response.body.text() };
  }

  test.each(requests.map((one) => [one.title, one] as const))('%s', async (title, one) => {
    const expected = Number(/→ (\d{3})$/.exec(title)?.[1]);
    // What was just written is listed a moment later.
    const { status, text } = await until(
      async () => {
        const answer = await send(one);
        return answer.status === 404 && expected !== 404 ? null : answer;
      },
      { what: title },
    );
    expect({ status, text }).toMatchObject({ status: expected });
    if (one.name !== null) answers.set(one.name, JSON.parse(text));
  });
});
