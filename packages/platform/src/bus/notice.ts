import type { Subscription } from '@nats-io/transport-node';
import type { NoticeContract } from '@parley/contracts/contract';
import { z } from 'zod';
import type { Part } from '../runtime/part.ts';
import type { Bus } from './connect.ts';
import { decode } from './envelope.ts';

/** Hears a notice in every instance. A notice that cannot be read is logged and dropped. */
export function listen<Notice>(
  bus: Bus,
  contract: NoticeContract<Notice>,
  onNotice: (notice: Notice) => void,
): Part {
  const envelope = z.object({ v: z.literal(contract.version), notice: contract.notice });
  let subscription: Subscription | undefined;
  return {
    name: `listen ${contract.subject}`,
    start: async () => {
      subscription = bus.nc.subscribe(contract.subject, {
        callback: (_, message) => {
          try {
            onNotice(decode(envelope, message.string()).notice);
          } catch (error) {
            bus.logger.warn({ subject: contract.subject, err: error }, 'a notice was dropped');
          }
        },
      });
    },
    stop: async () => subscription?.unsubscribe(),
  };
}
