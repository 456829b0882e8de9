import { expect, test } from '@jest/globals';
import { reachable } from './reachable.ts';

test.each([
  ['127.0.0.1', 'http://127.0.0.1:8080'],
  ['0.0.0.0', 'http://127.0.0.1:8080'],
  ['::', 'http://[::1]:8080'],
  ['fd00::5', 'http://[fd00::5]:8080'],
  ['10.0.0.5', 'http://10.0.0.5:8080'],
  ['parley.internal', 'http://parley.internal:8080'],
])('what listens on %s is reached at %s', (host, url) => {
  expect(reachable({ host, port: 8080 })).toBe(url);
});
