import { describe, expect, test } from '@jest/globals';
import { finishDraft, readDraft } from '@parley/contracts/http/send-message';
import { PLAIN_LOAD } from './protocol.ts';
import { MAX_REQUESTS, requestWriter } from './requests.ts';

const url = 'http://127.0.0.1:8080/v1/messages';

function split(request: string): { head: string; body: string } {
  const [head = '', body = ''] = request.split('\r\n\r\n');
  return { head, body };
}

/** What the API makes of a body. */
function taken(body: string) {
  const draft = readDraft(JSON.parse(body));
  const message = draft.ok ? finishDraft(draft.value, { users: new Set(), now: 0 }) : draft;
  if (!message.ok) throw new Error(JSON.stringify(message.errors));
  return message.value;
}

describe('the requests of a run', () => {
  const write = requestWriter({ ...PLAIN_LOAD, url, headers: { authorization: 'Bearer parley_demo_x_y' } });

  test.each([0, 1, 41_999, MAX_REQUESTS - 1])(
    'number %d is one that the API takes, of the length it says',
    (n) => {
      const { head, body } = split(write(n));
      expect(head.split('\r\n')).toEqual([
        'POST /v1/messages HTTP/1.1',
        'host: 127.0.0.1:8080',
        'content-type: application/json',
        'authorization: Bearer parley_demo_x_y',
        `content-length: ${Buffer.byteLength(body)}`,
      ]);
      const message = taken(body);
      expect(message).toMatchObject({ type: 'sms', from: 'MyCorp', to: [`+1${2_000_000_000 + n}`] });
      expect(message.body?.length).toBeGreaterThan(90);
      expect(message.body).not.toMatch(/\bstop\b/i);
    },
  );

  test('each has a key of its own where keys are asked for', () => {
    const keyed = requestWriter({ ...PLAIN_LOAD, url, keys: 'run-7' });
    expect(split(keyed(0)).head).toContain('\r\nidempotency-key: run-7-0');
    expect(split(keyed(1)).head).toContain('\r\nidempotency-key: run-7-1');
  });

  test('senders take turns, and what else is asked for is said by each', () => {
    const fields = { client_reference: 'run "7"', subject: 'hello' };
    const written = requestWriter({ ...PLAIN_LOAD, url, senders: ['MyCorp', '+14155550100'], fields });
    const bodies = [0, 1, 2].map((n) => taken(split(written(n)).body));
    expect(bodies.map(({ from }) => from)).toEqual(['MyCorp', '+14155550100', 'MyCorp']);
    for (const body of bodies) expect(body).toMatchObject(fields);
  });
});
