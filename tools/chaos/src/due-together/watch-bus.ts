import { parseMessageId } from '@parley/contracts/ids';
import { connectBus } from '@parley/platform/bus';
import { createLogger, createMetrics, serviceConfig } from '@parley/platform/runtime';
import type { Part } from '@parley/platform/runtime';

/** When the work to send each message was on the bus first. Dispose of it when done. */
export interface BusWatch extends AsyncDisposable {
  /** Epoch ms by message. */
  readonly arrivals: ReadonlyMap<string, number>;
}

/** Hears all work to send messages from now on, besides those that do it. */
export async function watchBus(natsUrl: string): Promise<BusWatch> {
  const stack = new AsyncDisposableStack();
  const bus = await connectBus({
    name: 'chaos',
    config: serviceConfig.parse({ NATS_URL: natsUrl }),
    logger: createLogger('chaos', 'silent'),
    metrics: createMetrics('chaos'),
    own: (part: Part) => stack.defer(() => part.stop()),
  });
  const arrivals = new Map<string, number>();
  bus.nc.subscribe('work.send.>', {
    callback: (_, message) => {
      const id = parseMessageId(/"message_id":"([^"]+)"/.exec(message.string())?.[1] ?? '');
      if (id !== null && !arrivals.has(id)) arrivals.set(id, Date.now());
    },
  });
  await bus.nc.flush();
  return { arrivals, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}
