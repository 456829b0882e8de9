import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { z } from 'zod';
import { permissionsOf } from './bus-permissions.ts';
import { BUS_USER_NAMES, BUS_USERS, type BusUser } from './bus-users.ts';
import { STREAMS } from './streams.ts';

const users: readonly BusUser[] = Object.values(BUS_USERS);
const contract = z.object({ subject: z.string() });

/** The subjects of every contract that a folder exports. */
async function subjectsIn(folder: string): Promise<string[]> {
  const directory = join(import.meta.dirname, folder);
  const files = readdirSync(directory).filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'));
  const modules = await Promise.all(
    files.map(async (file) =>
      Object.values(z.record(z.string(), z.unknown()).parse({ ...(await import(join(directory, file))) })),
    ),
  );
  return modules.flat().flatMap((exported) => contract.safeParse(exported).data?.subject ?? []);
}

const said = (side: 'asks' | 'answers' | 'tells' | 'hears'): string[] =>
  users.flatMap((user) => user[side].map(({ subject }) => subject));

test('every request has somebody who may ask it and exactly one who may answer it', async () => {
  const requests = (await subjectsIn('requests')).toSorted();
  expect([...new Set(said('asks'))].toSorted()).toEqual(requests);
  expect(said('answers').toSorted()).toEqual(requests);
});

test('every fact and notice has somebody who may tell it, every notice somebody who may hear it', async () => {
  const notices = await subjectsIn('notices');
  expect(said('tells')).toEqual(expect.arrayContaining([...notices, ...(await subjectsIn('facts'))]));
  expect([...new Set(said('hears'))].toSorted()).toEqual(notices.toSorted());
});

test('every durable belongs to one service', () => {
  const durables = Object.values(STREAMS).flatMap((stream) => stream.durables.map(({ name }) => name));
  expect(users.flatMap((user) => user.takes).toSorted()).toEqual(durables.toSorted());
});

test('a request is answered by the service that its subject names', () => {
  for (const name of BUS_USER_NAMES)
    for (const { subject } of BUS_USERS[name].answers) expect(subject.split('.')[0]).toBe(name);
});

test('nobody may change, empty or delete a stream, nor listen to all of the bus', () => {
  for (const name of BUS_USER_NAMES) {
    const { publish, subscribe } = permissionsOf(name);
    expect(publish.filter((subject) => /DELETE|PURGE|UPDATE|MSG\.GET|^[*>]/.test(subject))).toEqual([]);
    expect(publish.filter((subject) => subject.endsWith('>') && !subject.startsWith('$JS.ACK.'))).toEqual([]);
    expect(subscribe.filter((subject) => /[*>]/.test(subject))).toEqual([`_INBOX_${name}.>`]);
  }
});
