import { refusedAddressOf, type CallableAddresses } from '@parley/platform/http';
import { invalid } from '../read-fields.ts';

/** Throws a `validation_failed` problem when a connection would lead to where nobody may be called. */
export async function requireCallable(addresses: CallableAddresses, url: string | null): Promise<void> {
  const refused = url === null ? null : await refusedAddressOf(addresses, url);
  if (refused !== null)
    throw invalid([{ pointer: '#/url', detail: `leads to ${refused}, which is no public address` }]);
}
