import { beforeEach, describe, expect, test } from '@jest/globals';
import { connectionId } from '@parley/contracts/ids';
import { SMS } from '../testing/rows.ts';
import { EVERY_SENDER, type Lane } from './lane.ts';
import { createStandings, type Standings } from './standings.ts';

const OTHER = connectionId.parse('sms-2');
const lane: Lane = { connection_id: SMS, sender: '+1' };
const neighbour: Lane = { connection_id: SMS, sender: '+2' };
const whole: Lane = { connection_id: SMS, sender: EVERY_SENDER };

let time: number;
let standings: Standings;

beforeEach(() => {
  time = 1_000;
  standings = createStandings(() => time);
});

describe('a pause', () => {
  test('is over when its time is', () => {
    standings.pause(lane, 500);
    expect(standings.pausedForMs(lane)).toBe(500);
    time += 499;
    expect(standings.isPaused(lane)).toBe(true);
    time += 1;
    expect(standings.isPaused(lane)).toBe(false);
  });

  test('of a lane leaves others alone, that of a connection none of its own', () => {
    standings.pause(lane, 500);
    expect([standings.isPaused(neighbour), standings.healthOf(SMS)]).toEqual([false, 'well']);
    standings.pause(whole, 700);
    expect([standings.pausedForMs(lane), standings.pausedForMs(neighbour)]).toEqual([700, 700]);
    expect([standings.healthOf(SMS), standings.healthOf(OTHER)]).toEqual(['paused', 'well']);
  });

  test('is not cut short by a shorter one', () => {
    standings.pause(lane, 500);
    standings.pause(lane, 100);
    expect(standings.pausedForMs(lane)).toBe(500);
  });
});

describe('a breaker', () => {
  test('is open for its time, then half open until somebody says more', () => {
    standings.open(SMS, 500);
    expect([standings.healthOf(SMS), standings.unwell()]).toEqual(['open', [SMS]]);
    time += 500;
    expect(standings.healthOf(SMS)).toBe('half_open');
    standings.settle(SMS, 'closed');
    expect([standings.healthOf(SMS), standings.unwell()]).toEqual(['well', []]);
  });

  test('counts more than a pause', () => {
    standings.pause(whole, 500);
    standings.open(SMS, 100);
    expect(standings.healthOf(SMS)).toBe('open');
    standings.settle(SMS, 'closed');
    expect(standings.healthOf(SMS)).toBe('paused');
  });
});

describe('what the tables say', () => {
  test('replaces what was known before they were asked', () => {
    standings.pause(lane, 5_000);
    standings.open(SMS, 5_000);
    time += 10;
    standings.replace(
      time,
      [{ ...neighbour, ms: 300, reason: 'throttled' }],
      [{ connection_id: OTHER, ms: -1, probing: false }],
    );
    expect([standings.isPaused(lane), standings.pausedForMs(neighbour)]).toEqual([false, 300]);
    expect([standings.healthOf(SMS), standings.healthOf(OTHER)]).toEqual(['well', 'half_open']);
  });

  test('does not take back what was learnt meanwhile', () => {
    const asked = time;
    time += 10;
    standings.pause(lane, 500);
    standings.open(SMS, 500);
    standings.settle(OTHER, 'closed');
    standings.replace(asked, [], [{ connection_id: OTHER, ms: 900, probing: false }]);
    expect(standings.isPaused(lane)).toBe(true);
    expect([standings.healthOf(SMS), standings.healthOf(OTHER)]).toEqual(['open', 'well']);
  });

  test('tells of one that is being tried', () => {
    standings.replace(time, [], [{ connection_id: SMS, ms: 9_000, probing: true }]);
    expect(standings.healthOf(SMS)).toBe('half_open');
  });
});
