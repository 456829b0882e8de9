import type { LoadPlan } from './protocol.ts';

/** Recipients are +1 and ten digits that never repeat within a run. */
const FIRST_RECIPIENT = 2_000_000_000;
/** How many requests a run may send before recipients would repeat. */
export const MAX_REQUESTS = 8_000_000_000;

/**
 * Writes the requests of a run, the n-th one for n = 0, 1, 2 …, as they go over the wire: one SMS each, to a
 * recipient of its own, with a text of about 100 characters that differs too.
 */
export function requestWriter(plan: Pick<LoadPlan, 'url' | 'headers' | 'keys'>): (n: number) => string {
  const { host, pathname } = new URL(plan.url);
  const length = bodyOf(FIRST_RECIPIENT).length;
  const headers = Object.entries({
    host,
    'content-type': 'application/json',
    'content-length': String(length),
    ...plan.headers,
  });
  const head = `POST ${pathname} HTTP/1.1\r\n${headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')}`;
  const keyLine = (n: number): string => (plan.keys === null ? '' : `idempotency-key: ${plan.keys}-${n}\r\n`);
  return (n) => `${head}${keyLine(n)}\r\n${bodyOf(FIRST_RECIPIENT + n)}`;
}

/** Always the same length, and ASCII only: as many bytes as characters. */
function bodyOf(recipient: number): string {
  return (
    `{"type":"sms","from":"MyCorp","to":"+1${recipient}",` +
    `"body":"Your order ${recipient} has left our house today and will be with you within two working days, MyCorp"}`
  );
}
