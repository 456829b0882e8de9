import { expect, test } from '@jest/globals';
import { keysHonoured, keysIgnored } from '@parley/chaos/through-providers/part';
import { sendThrough } from '@parley/chaos/through-providers/send-through';
import { silent } from '@parley/trial/progress';
import { runningParley } from './running-parley.ts';

const parley = runningParley();

// As on the command line, but small: more calls break off, so that enough of so few do.
const severity = {
  seed: 7,
  rate: 100,
  seconds: 2,
  faults: { throttled: 0.1, failed: 0.05, broken: 0.05 },
};

test.each([
  ['every message is sent once by providers that honour keys', keysHonoured],
  ['no message is sent twice by providers that ignore keys, and held are those broken off', keysIgnored],
])(
  'on a bad day %s',
  async (_what, part) => {
    const { findings, lines } = await sendThrough(parley.instance(), part, severity, {
      progress: silent,
      patienceMs: 60_000,
    });
    expect({ findings, lines }).toEqual({ findings: [], lines: expect.anything() });
    expect(lines).toContainEqual(['statistics', expect.stringMatching(/^[1-9]\d\d messages$/)]);
  },
  120_000,
);
