import { isIPv6 } from 'node:net';

const LOOPBACK: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '::1' };

/** What a server that listens on `host` and `port` is reached at from this machine: its base URL. */
export function reachable({ host, port }: { host: string; port: number }): string {
  const there = LOOPBACK[host] ?? host;
  return `http://${isIPv6(there) ? `[${there}]` : there}:${port}`;
}
