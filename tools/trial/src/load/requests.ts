import type { LoadPlan } from './protocol.ts';

/** Recipients are +1 and ten digits that never repeat within a run. */
const FIRST_RECIPIENT = 2_000_000_000;
/** How many requests a run may send before recipients would repeat. */
export const MAX_REQUESTS = 8_000_000_000;

/**
 * Writes the requests of a run, the n-th one for n = 0, 1, 2 …, as they go over the wire: one SMS each, from the next
 * sender to a recipient of its own, with a text of about 100 characters that differs too. The same n is the same request.
 */
export function requestWriter(
  plan: Pick<LoadPlan, 'url' | 'headers' | 'keys' | 'senders' | 'fields'>,
): (n: number) => string {
  const { host, pathname } = new URL(plan.url);
  const headers = Object.entries({ host, 'content-type': 'application/json', ...plan.headers });
  const head = `POST ${pathname} HTTP/1.1\r\n${headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')}`;
  const keyLine = (n: number): string => (plan.keys === null ? '' : `idempotency-key: ${plan.keys}-${n}\r\n`);
  const fields = Object.entries(plan.fields).map(
    ([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)},`,
  );
  const openings = plan.senders.map(
    (sender) => `{"type":"sms",${fields.join('')}"from":${JSON.stringify(sender)},`,
  );
  return (n) => {
    const body = `${openings[n % openings.length]}${restOfBody(FIRST_RECIPIENT + n)}`;
    return `${head}${keyLine(n)}content-length: ${body.length}\r\n\r\n${body}`;
  };
}

/** ASCII only, as the rest of the request is: as many bytes as characters. */
function restOfBody(recipient: number): string {
  return (
    `"to":"+1${recipient}",` +
    `"body":"Your order ${recipient} has left our house today and will be with you within two working days, MyCorp"}`
  );
}
