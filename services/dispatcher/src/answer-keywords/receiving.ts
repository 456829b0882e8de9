import { consentFacts } from '@parley/contracts/facts/consent-facts';
import { exportKeywords } from '@parley/contracts/requests/export';
import type { Part } from '@parley/platform/runtime';
import { factReceiving, type ReceivingContext } from '../apply-facts/receiving.ts';
import { keywordApplier, type KeywordOptions } from './handler.ts';

/** The parts that act on keywords. They have a durable of their own: nothing else is waited for. */
export function keywordReceiving(options: KeywordOptions & ReceivingContext): Part[] {
  const source = { durable: 'dispatcher--consent', facts: consentFacts, exported: exportKeywords };
  return factReceiving(source, keywordApplier(options), options);
}
