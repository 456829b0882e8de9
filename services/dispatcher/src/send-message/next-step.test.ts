import { beforeEach, describe, expect, test } from '@jest/globals';
import { newMessageId, type ConnectionId } from '@parley/contracts/ids';
import type { SendMessageWork } from '@parley/contracts/work/send-message';
import type { Connection } from '@parley/platform/directory';
import { aConnection, directoryWith } from '../testing/connections.ts';
import { aWork } from '../testing/rows.ts';
import { EVERY_SENDER } from '../lanes/lane.ts';
import { createStandings, type Standings } from '../lanes/standings.ts';
import { findNextStep } from './next-step.ts';

const [first, second] = [aConnection('first'), aConnection('second')];

let standings: Standings;
let tries: ConnectionId[];
let mayTry: boolean;
beforeEach(() => {
  standings = createStandings();
  tries = [];
  mayTry = true;
});

/** What is to be done with work, in short. */
async function next(
  connections: readonly Connection[],
  overrides: Partial<SendMessageWork> = {},
  disabled: readonly Connection[] = [],
): Promise<string> {
  const tryOnce = async (id: ConnectionId) => {
    tries.push(id);
    return mayTry;
  };
  const directory = directoryWith(connections, disabled);
  const found = await findNextStep(aWork(newMessageId(), overrides), {
    directory,
    standings,
    breakers: { tryOnce },
  });
  if (found.step === 'call') return `${found.isTry ? 'try' : 'call'} ${found.route.connection.id}`;
  return found.step === 'lane' ? `lane of ${found.connection_id}, ${found.reason}` : found.step;
}

const pauseAll = ({ id }: Connection): void =>
  standings.pause({ connection_id: id, sender: EVERY_SENDER }, 1_000);

describe('work is done', () => {
  test('through the connection that comes first', async () => {
    expect(await next([first, second])).toBe('call first');
  });

  test('through the next one while that is paused, open, or surely did not send it just now', async () => {
    expect(await next([first, second], { avoid: first.id })).toBe('call second');
    pauseAll(first);
    expect(await next([first, second])).toBe('call second');
    standings.open(first.id, 1_000);
    expect(await next([first, second])).toBe('call second');
  });

  test('through one to be avoided when no other is well', async () => {
    standings.open(second.id, 1_000);
    expect(await next([first, second], { avoid: first.id })).toBe('call first');
  });

  test('as a try when a connection that comes first is half open, by one at a time', async () => {
    standings.open(first.id, 0);
    expect(await next([first, second])).toBe('try first');
    mayTry = false;
    expect(await next([first, second])).toBe('call second');
    expect(await next([first])).toBe('lane of first, provider_unavailable');
    expect(await next([first, second], { avoid: first.id })).toBe('call second');
    expect(tries).toEqual([first.id, first.id, first.id]);
  });

  test('never without a connection', async () => {
    expect(await next([])).toBe('nowhere');
    expect(await next([aConnection('inbox', { url: null })])).toBe('nowhere');
    expect(await next([first], { type: 'email' })).toBe('nowhere');
  });
});

describe('work waits in its lane', () => {
  test('while no connection is well', async () => {
    pauseAll(first);
    standings.open(second.id, 1_000);
    expect(await next([first, second])).toBe('lane of first, provider_unavailable');
  });

  test('while that is paused', async () => {
    standings.pause({ connection_id: first.id, sender: aWork(newMessageId()).from }, 1_000);
    expect(await next([first, second])).toBe('lane of first, throttled');
    expect(await next([first], { from: '+1' })).toBe('call first');
  });

  test('where that is limited', async () => {
    expect(await next([aConnection('limited', { rate_per_second: 5 })])).toBe('lane of limited, null');
  });
});

describe('work of which an earlier call is in doubt', () => {
  test('is done through that connection alone, enabled or not', async () => {
    expect(await next([first, second], { only: second.id })).toBe('call second');
    expect(await next([first], { only: second.id }, [second])).toBe('call second');
  });

  test('waits for it, or tries it', async () => {
    pauseAll(second);
    expect(await next([first, second], { only: second.id })).toBe('lane of second, provider_unavailable');
    standings.open(second.id, 0);
    expect(await next([first, second], { only: second.id })).toBe('try second');
  });

  test('waits until it is there again when it is gone', async () => {
    expect(await next([first], { only: second.id })).toBe('nowhere');
  });
});
