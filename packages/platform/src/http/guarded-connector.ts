import { lookup as resolve, type LookupAddress } from 'node:dns';
import { lookup as resolveAll } from 'node:dns/promises';
import { isIP, type LookupFunction } from 'node:net';
import { buildConnector } from 'undici';
import type { CallableAddresses } from './private-networks.ts';

/** A call that was not made because of where it would have led. */
export class AddressRefused extends Error {
  override readonly name = 'AddressRefused';
  /** As Node's own errors of that step: nothing was written. */
  readonly code = 'EADDRREFUSED';
  readonly syscall = 'connect';

  constructor(host: string, address: string) {
    super(`${host} leads to ${address}, which may not be called`);
  }
}

const LOOKUP_MS = 2_000;

/**
 * Connects to addresses that may be called and to no others. It asks for each connection, of the very addresses that
 * are connected to, so a name that changes its mind gains nothing; calls over a connection that is there cost nothing.
 */
export function guardedConnector(
  addresses: CallableAddresses,
  { timeoutMs }: { timeoutMs: number },
): buildConnector.connector {
  const connect = buildConnector({ timeout: timeoutMs, lookup: guardedLookup(addresses) });
  return (options, callback) => {
    // Nobody looks up what is an address already.
    const literal = addressIn(options.hostname);
    if (literal !== null && !addresses.allows(literal, literal))
      return callback(new AddressRefused(options.hostname, literal), null);
    connect(options, callback);
  };
}

/** One address may stand for all that a name resolves to: if any of them may not be called, none is. */
function guardedLookup(addresses: CallableAddresses): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true }, (error, found) => {
      const [first] = found ?? [];
      if (error !== null || first === undefined) return callback(error, '', 0);
      const refused = notCallable(addresses, hostname, found);
      if (refused !== null) return callback(new AddressRefused(hostname, refused), '', 0);
      if (options.all === true) return callback(null, found);
      callback(null, first.address, first.family);
    });
  };
}

/**
 * Where a URL leads that may not be called: an address; null when it may, and when nobody can say within 2 s, for
 * a connection is looked at once more when it is made.
 */
export async function refusedAddressOf(addresses: CallableAddresses, url: string): Promise<string | null> {
  const { hostname } = new URL(url);
  const literal = addressIn(hostname);
  if (literal !== null) return addresses.allows(literal, literal) ? null : literal;
  const late = new Promise<LookupAddress[]>((done) => setTimeout(done, LOOKUP_MS, []).unref());
  const found = await Promise.race([resolveAll(hostname, { all: true }).catch(() => []), late]);
  return notCallable(addresses, hostname, found);
}

function notCallable(
  addresses: CallableAddresses,
  host: string,
  found: readonly LookupAddress[],
): string | null {
  return found.find(({ address }) => !addresses.allows(address, host))?.address ?? null;
}

/** The address that a URL's host is, without brackets; null for a name. */
function addressIn(hostname: string): string | null {
  const plain = hostname.replace(/^\[|\]$/g, '');
  return isIP(plain) === 0 ? null : plain;
}
