import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { stats } from '@parley/contracts/requests/query-stats';
import { describeInstance } from '@parley/launcher/instance/instance-file';
import { createDatabase } from '@parley/platform/db';
import { until } from '@parley/testkit';
import { sql } from 'kysely';
import { z } from 'zod';
import { untilSettled } from './ledgers.ts';
import { startLoad } from './load.ts';
import { adminOf, aNumber, expecting, userOf } from './people.ts';
import { ownParley, untilListed } from './running-parley.ts';

const parley = ownParley();
const user = userOf(parley);
const admin = adminOf(parley);
const run = promisify(execFile);

/** Runs one of the two commands against this Parley; never rejects. */
async function command(
  name: 'rebuild' | 'verify',
  { where = ['--data', parley.dataDir()], ...options }: { where?: string[]; signal?: AbortSignal } = {},
): Promise<{ code: unknown; told: string }> {
  const script = join(import.meta.dirname, '..', '..', '..', 'tools', 'projections', 'src', `${name}.ts`);
  const args = [script, ...where];
  try {
    const { stdout, stderr } = await run(process.execPath, args, { ...options, killSignal: 'SIGKILL' });
    return { code: 0, told: stdout + stderr };
  } catch (error) {
    const failed = z.object({ code: z.unknown(), stdout: z.string(), stderr: z.string() }).parse(error);
    return { code: failed.code, told: failed.stdout + failed.stderr };
  }
}

/** Freezes one of the owners, or lets it go on. */
function ingestIs(signal: 'SIGSTOP' | 'SIGCONT'): void {
  const { pid } = parley.instance().processes.find(({ name }) => name === 'ingest') ?? {};
  if (!pid) throw new Error('ingest does not run');
  process.kill(pid, signal);
}

async function corrupt(statement: string): Promise<void> {
  const db = createDatabase({ url: parley.instance().postgresUrl, schema: 'reporting', maxConnections: 1 });
  await sql.raw(statement).execute(db);
  await db.destroy();
}

/** What a client can see of everything. */
const seen = async () =>
  Promise.all(
    ['/v1/messages?limit=200', '/v1/conversations', '/v1/stats'].map(
      async (path) => (await expecting(200, user.asks(path))).body,
    ),
  );
/** The statistics, or the refusal of them, asked for once. */
const statsOnce = async () => {
  const { baseUrl, apiKey } = parley.instance();
  const headers = { authorization: `Bearer ${apiKey}` };
  const answer = await fetch(`${baseUrl}/v1/stats`, { headers });
  const body: unknown = await answer.json();
  return { status: answer.status, body };
};
const MESSAGES = 30;

const withParticipants = z.object({
  data: z.array(z.object({ participants: z.array(z.object({ user_name: z.string().nullable() })) })),
});
/** In how many conversations a user is known to take part. */
async function conversationsWith(userName: string): Promise<number> {
  const { body } = await expecting(200, user.asks('/v1/conversations?limit=200'));
  const { data } = withParticipants.parse(body);
  return data.filter(({ participants }) => participants.some(({ user_name }) => user_name === userName))
    .length;
}

beforeAll(async () => {
  const phone = aNumber();
  for (let n = 0; n < MESSAGES; n += 2) {
    await user.sends({ from: 'MyCorp', to: n % 4 === 0 ? phone : aNumber(), body: `Hello ${n}` });
    const inbound = {
      message_id: `in-${n}`,
      from: phone,
      to: '+12125550100',
      ts: '2026-01-15T10:00:00Z',
      text: 'Hi',
    };
    await expecting(200, parley.client().webhook('inbox', JSON.stringify(inbound)));
  }
  await untilListed(parley.client(), 'limit=200&direction=inbound', MESSAGES / 2);
  await untilListed(parley.client(), 'limit=200&status=delivered', MESSAGES / 2);
  // Joins what was said with the number to what is said with the user, a little later.
  await expecting(201, admin.asks('/v1/users', { body: { user_name: 'carla', phone } }));
  await until(async () => (await conversationsWith('carla')) === 2, {
    what: 'what was said with the number is said with the user',
  });
});

describe('the projections', () => {
  test('are as the owners have it', async () => {
    expect(await command('verify')).toMatchObject({
      code: 0,
      told: expect.stringContaining('as the owners have it'),
    });
  });

  test('are found to be otherwise, each kind of row, and mended by making them anew', async () => {
    const before = await seen();
    await corrupt(`update reporting.message set status = 'failed' where body = 'Hello 2'`);
    await corrupt(`update reporting.conversation set unread_count = 99`);
    await corrupt(`delete from reporting.stat_bucket where kind = 'latency'`);
    const { code, told } = await command('verify');
    expect(code).toBe(1);
    for (const kind of ['messages', 'conversations', 'statistics'])
      expect(told).toContain(`differences in ${kind}`);
    expect(await command('rebuild')).toMatchObject({
      code: 0,
      told: expect.stringContaining(`${MESSAGES} messages`),
    });
    expect(await command('verify')).toMatchObject({ code: 0 });
    expect(await seen()).toEqual(before);
  });

  test('can be made anew again when the command was killed; until they are whole, lists say so', async () => {
    const before = await seen();
    // While one of the owners is frozen they cannot become whole, so nobody can come too late to see it.
    ingestIs('SIGSTOP');
    const kill = new AbortController();
    const killed = command('rebuild', { signal: kill.signal });
    const answered = new Set([JSON.stringify(before[2])]);
    const refusal = await until(
      async () => {
        const answer = await statsOnce();
        if (answer.status === 200) answered.add(JSON.stringify(answer.body));
        return answer.status === 503 && answer;
      },
      { what: 'it is said that they are being rebuilt' },
    );
    expect(refusal.body).toMatchObject({
      code: 'unavailable',
      detail: expect.stringContaining('being rebuilt'),
    });
    expect(answered.size).toBe(1);
    kill.abort();
    await killed;
    ingestIs('SIGCONT');
    expect(await command('rebuild')).toMatchObject({ code: 0 });
    expect(await seen()).toEqual(before);
    expect(await command('verify')).toMatchObject({ code: 0 });
  });
});

/** How many messages all conversations have. */
async function countFiled(cursor = ''): Promise<number> {
  const { body } = await expecting(200, user.asks(`/v1/conversations?limit=200${cursor}`));
  const { data, next_cursor } = z
    .object({ data: z.array(z.object({ message_count: z.int() })), next_cursor: z.string().nullable() })
    .parse(body);
  const here = data.reduce((sum, { message_count }) => sum + message_count, 0);
  return next_cursor === null ? here : here + (await countFiled(`&cursor=${next_cursor}`));
}

/** How many messages there are, in each of the ways in which that is told. */
async function counts(): Promise<number[]> {
  const listed = await expecting(200, user.asks('/v1/messages?page=1&per_page=1'));
  const { meta } = z.object({ meta: z.object({ total: z.int() }) }).parse(listed.body);
  const counted = await expecting(200, user.asks('/v1/stats?top=100'));
  const { total, by_day, by_status, top_senders } = stats.parse(counted.body);
  const parts = [by_day, top_senders, Object.values(by_status).map((count) => ({ count }))];
  const sums = parts.map((part) => part.reduce((sum, { count }) => sum + count, 0));
  return [meta.total, await countFiled(), total, ...sums];
}

test('made anew while messages are sent and reporting is killed, they have each message once', async () => {
  const [before = 0] = await counts();
  const load = startLoad(parley.client(), 4);
  await until(() => load.accepted() >= 50, { what: '50 messages are accepted' });
  // While one of the owners is frozen they cannot become whole before reporting is killed.
  ingestIs('SIGSTOP');
  const making = command('rebuild');
  await until(async () => (await statsOnce()).status === 503, { what: 'they are being rebuilt' });
  await parley.instance().kill('reporting', 'SIGKILL');
  ingestIs('SIGCONT');
  expect(await making).toMatchObject({ code: 0 });
  // What is not there after five seconds is told as missing, and a busy machine may take longer.
  await until(async () => (await command('verify')).code === 0, {
    what: 'they are whole while messages come',
  });
  const ids = await load.stop();
  await untilSettled(parley.client(), ids.length);
  const expected = before + ids.length;
  await until(async () => (await counts()).every((count) => count === expected), {
    what: `all count ${expected}`,
  });
  expect(await command('verify')).toMatchObject({ code: 0 });
});

test('where nobody answers, that is said in one line', async () => {
  const file = join(parley.dataDir(), 'gone.json');
  const away = { ...parley.endpoint(), natsUrl: 'nats://127.0.0.1:1' };
  await writeFile(file, JSON.stringify(describeInstance(away)));
  expect(await command('verify', { where: ['--instance', file] })).toEqual({
    code: 2,
    told: 'It could not be found out: NATS does not answer\n',
  });
  await writeFile(file, JSON.stringify(describeInstance({ ...away, postgresUrl: 'postgres://127.0.0.1:1' })));
  const { code, told } = await command('rebuild', { where: ['--instance', file] });
  expect(code).toBe(1);
  expect(told).toMatch(/^Parley does not answer: .*ECONNREFUSED.*\n$/m);
});

test.each(['rebuild', 'verify'])('%s tells what it does', async (name) => {
  const script = join(import.meta.dirname, '..', '..', '..', 'tools', 'projections', 'src', `${name}.ts`);
  const { stdout } = await run(process.execPath, [script, '--help']);
  expect(stdout).toContain(`npm run ${name}-projections`);
  await expect(run(process.execPath, [script, '--zap'])).rejects.toMatchObject({ code: 1 });
});
