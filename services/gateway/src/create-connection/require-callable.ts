import { refusedAddressOf, type CallableAddresses } from '@parley/platform/http';
import type { Logger } from '@parley/platform/runtime';
import { invalid } from '../read-fields.ts';

/** Where a connection may lead, and who hears of one that leads elsewhere. */
export interface CallableOptions {
  addresses: CallableAddresses;
  logger: Pick<Logger, 'warn'>;
}

/**
 * Throws a `validation_failed` problem when a connection would lead to where nobody may be called. The address is only
 * logged: whoever asks could find out with it what names mean inside.
 */
export async function requireCallable(
  { addresses, logger }: CallableOptions,
  url: string | null,
): Promise<void> {
  const refused = url === null ? null : await refusedAddressOf(addresses, url);
  if (refused === null) return;
  logger.warn({ address: refused }, 'a connection was refused: it leads to an address that is not public');
  throw invalid([{ pointer: '#/url', detail: 'leads to an address that is not public' }]);
}
