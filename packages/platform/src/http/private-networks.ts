import ipaddr from 'ipaddr.js';
import { z } from 'zod';

type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** Which addresses of others may be called although a customer said so. */
export interface CallableAddresses {
  /** Whether this IP address may be called when `host` stands for it. */
  allows(address: string, host: string): boolean;
}

/**
 * Public addresses, and those of the exceptions: networks (`10.1.0.0/16`, `::1/128`) and names of hosts, whatever they
 * resolve to. Private, loopback, link-local, multicast and reserved addresses are not public, nor is an IPv6 address
 * that only stands for an IPv4 one. Null when an exception is neither a network nor a name.
 */
export function callableAddresses(exceptions: readonly string[]): CallableAddresses | null {
  const networks: [Address, number][] = [];
  const hosts = new Set<string>();
  for (const exception of exceptions) {
    if (ipaddr.isValidCIDR(exception)) networks.push(ipaddr.parseCIDR(exception));
    else if (HOST_NAME.test(exception)) hosts.add(plainHost(exception));
    else return null;
  }
  return {
    allows: (text, host) => {
      if (!ipaddr.isValid(text)) return false;
      const address = ipaddr.process(text);
      return (
        (address.range() === 'unicast' && !isSetAside(address)) ||
        hosts.has(plainHost(host)) ||
        networks.some(([network, bits]) => network.kind() === address.kind() && address.match(network, bits))
      );
    },
  };
}

/** It ends in letters, so it is no address; `localhost` is one, `10.1` is none. */
const HOST_NAME = /^(?=.{1,253}$)([a-z0-9_]([a-z0-9_-]*[a-z0-9_])?\.)*[a-z]([a-z0-9-]*[a-z0-9])?\.?$/i;

/** A host as URLs have it: without the brackets of an IPv6 address and the dot of the root. */
function plainHost(host: string): string {
  return host.toLowerCase().replace(/\.$/, '');
}

/** What the list of ranges takes for addresses like any other, although it is set aside. */
function isSetAside(address: Address): boolean {
  return (
    address.range() === 'unicast' &&
    SET_ASIDE.some(([network, bits]) => network.kind() === address.kind() && address.match(network, bits))
  );
}

const SET_ASIDE: readonly [Address, number][] = [
  '::/96',
  '192.88.99.0/24',
  '198.18.0.0/15',
  '64:ff9b:1::/48',
  '3fff::/20',
  '5f00::/16',
].map((network) => ipaddr.parseCIDR(network));

/** The variable PRIVATE_PROVIDERS, for services that take or call URLs of customers. */
export const privateProviders = z
  .string()
  .default('')
  .transform((text, context) => {
    const parts = text.split(',').map((part) => part.trim());
    const addresses = callableAddresses(parts.filter((part) => part !== ''));
    if (addresses !== null) return addresses;
    context.addIssue({
      code: 'custom',
      message: 'has to be networks such as 10.1.0.0/16 and names of hosts, with commas between them',
    });
    return z.NEVER;
  })
  .describe(
    'Networks and names of hosts that connections may lead to although their addresses are not public, with commas between them',
  );
