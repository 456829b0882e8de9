import { expect, test } from '@jest/globals';
import { readConfig } from '@parley/platform/runtime';
import { simulatorConfig } from './config.ts';

const connections = [{ id: 'sms', provider: 'sms-gateway', secret: 's' }];
const environment = {
  PORT: '8090',
  GATEWAY_URL: 'http://127.0.0.1:8080/',
  CONNECTIONS: JSON.stringify(connections),
};
const withConnections = (value: unknown) =>
  readConfig(simulatorConfig, { ...environment, CONNECTIONS: JSON.stringify(value) });

test('a configuration is read whole', () => {
  expect(readConfig(simulatorConfig, environment)).toMatchObject({
    HOST: '127.0.0.1',
    PORT: 8090,
    GATEWAY_URL: 'http://127.0.0.1:8080',
    CONNECTIONS: [{ id: 'sms', secret: 's', provider: { name: 'sms-gateway' } }],
  });
});

test('every problem is told at once', () => {
  const names = ['PORT', 'GATEWAY_URL', 'CONNECTIONS'];
  const problems = names.map((name) => expect.stringMatching(`^${name}: `));
  expect(() => readConfig(simulatorConfig, { PORT: 'x', CONNECTIONS: '[' })).toThrow(
    expect.objectContaining({ problems }),
  );
});

test.each([
  ['no connections', []],
  ['an unknown provider', [{ ...connections[0], provider: 'carrier-pigeon' }]],
  ['an empty secret', [{ ...connections[0], secret: 'whsec_' }]],
  ['an id that is a path of its own', [{ ...connections[0], id: 'control' }]],
  ['the same id twice', [connections[0], connections[0]]],
  ['an unknown field', [{ ...connections[0], url: 'x' }]],
])('%s is a problem', (_, value) => {
  expect(() => withConnections(value)).toThrow(/^The configuration is not valid: CONNECTIONS/);
});
