import { expect, test } from '@jest/globals';
import { natsAddresses } from './addresses.ts';

test.each([
  ['nats://bus', { servers: ['bus'] }],
  ['nats://u:p%40ss@bus:4222', { servers: ['bus:4222'], user: 'u', pass: 'p@ss' }],
  ['nats://u:p@a:4222, nats://b:4223', { servers: ['a:4222', 'b:4223'], user: 'u', pass: 'p' }],
  ['nats://a,nats://u:p@b', { servers: ['a', 'b'] }],
  ['tls://u:p@bus:4222', { servers: ['bus:4222'], user: 'u', pass: 'p', tls: {} }],
  ['nats://a,tls://b', { servers: ['a', 'b'], tls: {} }],
])('%s is understood', (text, addresses) => {
  expect(natsAddresses(text)).toEqual(addresses);
});

test.each(['', 'bus:4222', 'http://bus', 'nats://', 'nats://a,', 'nats://a,b:4222', 'nats://u:100%@bus'])(
  '%j is no address of NATS',
  (text) => {
    expect(natsAddresses(text)).toBeNull();
  },
);
