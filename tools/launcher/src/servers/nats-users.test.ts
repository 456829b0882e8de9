import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { permissionsOf } from '@parley/contracts/bus-permissions';
import { BUS_USER_NAMES, type BusUserName } from '@parley/contracts/bus-users';
import { refusedBy } from '../../test/nats-rights.ts';
import { REPOSITORY } from '../repository.ts';
import { natsUrlOf, natsUsersFile } from './nats-users.ts';
import { startNats, type NatsServer } from './nats.ts';

let folder: string;
let server: NatsServer;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parley-nats-users-'));
  server = await startNats({ dataDir: join(folder, 'nats'), logFile: join(folder, 'nats.log') });
});

afterAll(async () => {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

/** A subject that a permission covers. */
const concrete = (subject: string): string => subject.replaceAll('*', 'any').replace(/>$/, 'any.more');

const publishable = (name: BusUserName): string[] => permissionsOf(name).publish.map(concrete);
const hearable = (name: BusUserName): string[] => permissionsOf(name).subscribe;

/** What no service may do. */
const FORBIDDEN = {
  publish: [
    'anything',
    '$SYS.REQ.SERVER.PING',
    '$JS.API.INFO',
    '$JS.API.STREAM.NAMES',
    '$JS.API.STREAM.LIST',
    '$JS.API.STREAM.CREATE.OTHER',
    ...['WORK', 'EVENTS'].flatMap((stream) => [
      `$JS.API.STREAM.UPDATE.${stream}`,
      `$JS.API.STREAM.DELETE.${stream}`,
      `$JS.API.STREAM.PURGE.${stream}`,
      `$JS.API.STREAM.MSG.GET.${stream}`,
      `$JS.API.STREAM.MSG.DELETE.${stream}`,
      `$JS.API.DIRECT.GET.${stream}`,
      `$JS.API.CONSUMER.CREATE.${stream}.spy.event.message.v1`,
      `$JS.API.CONSUMER.DELETE.${stream}.reporting--project`,
    ]),
    ...BUS_USER_NAMES.map((name) => `_INBOX_${name}.forged.1`),
  ],
  subscribe: [
    '>',
    '*',
    '_INBOX.>',
    '_INBOX_*.>',
    'event.>',
    'work.>',
    'work.send.high.sms',
    '$JS.>',
    '$SYS.>',
    '$JS.ACK.>',
  ],
};

test.each(BUS_USER_NAMES)(
  '%s may do on the bus what it is there for, and nothing that another one is',
  async (name) => {
    const own = { publish: publishable(name), subscribe: hearable(name) };
    const foreign = {
      publish: [...FORBIDDEN.publish, ...BUS_USER_NAMES.flatMap(publishable)].filter(
        (subject) => !own.publish.includes(subject),
      ),
      subscribe: [...FORBIDDEN.subscribe, ...BUS_USER_NAMES.flatMap(hearable)].filter(
        (subject) => !own.subscribe.includes(subject),
      ),
    };
    const refused = await refusedBy(natsUrlOf(server.url, name), {
      publish: [...own.publish, ...foreign.publish],
      subscribe: [...own.subscribe, ...foreign.subscribe],
    });
    expect(refused).toEqual(foreign);
  },
);

test('nobody gets in with the password of another, or without one', async () => {
  const nothing = { publish: [], subscribe: [] };
  const stolen = new URL(natsUrlOf(server.url, 'gateway'));
  stolen.username = 'dispatcher';
  await expect(refusedBy(stolen.href, nothing)).rejects.toThrow('Authorization Violation');
  await expect(refusedBy(`nats://127.0.0.1:${server.port}`, nothing)).rejects.toThrow(
    'Authorization Violation',
  );
});

test('the file that containers are given says the same; write-nats-users.ts brings it up to date', () => {
  expect(readFileSync(join(REPOSITORY, 'ops', 'nats', 'users.conf'), 'utf8')).toBe(natsUsersFile());
});
