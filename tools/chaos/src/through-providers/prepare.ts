import { setChaos } from '@parley/trial/set-chaos';
import { changeConnection } from '../administer.ts';
import { SMS_CONNECTIONS } from '../ledgers/providers.ts';
import type { Target } from '../target.ts';
import type { Faults, Part } from './part.ts';

/** Tells connections what their providers do with keys, and the providers how to misbehave. */
export async function prepare(
  target: Pick<Target, 'baseUrl' | 'adminKey' | 'simulatorUrl'>,
  { keys, receipts }: Part,
  { seed, faults }: { seed: number; faults: Faults },
): Promise<void> {
  const honours_idempotency_keys = keys === 'honoured';
  for (const connection of SMS_CONNECTIONS)
    await changeConnection(target, connection, { honours_idempotency_keys });
  await setChaos(target.simulatorUrl, {
    seed,
    rate_429: faults.throttled,
    rate_500: faults.failed,
    drop_rate: faults.broken,
    ignore_keys: keys === 'ignored',
    receipts,
  });
}
