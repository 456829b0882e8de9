import { connectBus } from '@parley/platform/bus';
import type { Bus } from '@parley/platform/bus';
import { createLogger, createMetrics, serviceConfig } from '@parley/platform/runtime';
import type { Part } from '@parley/platform/runtime';
import type { CalibrationOptions } from './calibrate.ts';

const STREAM = 'BENCH_SCRATCH';
const SUBJECT = 'bench.scratch';
const IN_FLIGHT = 512;
const payload = new TextEncoder().encode('x'.repeat(300));

/**
 * How many messages of 300 bytes per second one connection publishes to a JetStream stream on disk, each
 * acknowledged, at most 512 of them under way. The stream is deleted afterwards.
 */
export async function publishesPerSecond(natsUrl: string, options: CalibrationOptions): Promise<number> {
  await using stack = new AsyncDisposableStack();
  const bus = await connectBus({
    name: 'bench',
    config: serviceConfig.parse({ NATS_URL: natsUrl }),
    logger: createLogger('bench', 'silent'),
    metrics: createMetrics('bench'),
    own: (part: Part) => stack.defer(() => part.stop()),
  });
  const { streams } = await bus.manager();
  await streams.add({ name: STREAM, subjects: [SUBJECT] });
  stack.defer(async () => void (await streams.delete(STREAM)));
  return await publishFor(bus, options);
}

async function publishFor(bus: Bus, { seconds, signal }: CalibrationOptions): Promise<number> {
  const begun = performance.now();
  const end = begun + seconds * 1_000;
  let acknowledged = 0;
  const publish = async (): Promise<void> => {
    while (performance.now() < end) {
      signal?.throwIfAborted();
      await bus.js.publish(SUBJECT, payload);
      acknowledged += 1;
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, publish));
  return (acknowledged * 1_000) / (performance.now() - begun);
}
