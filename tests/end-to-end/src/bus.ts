import { connectBus, publish } from '@parley/platform/bus';
import { testService } from '@parley/testkit';
import type { RunningParley } from './running-parley.ts';

/** Puts something onto the bus so many times, as nobody but a service can; each is a bus message of its own. */
export async function publishToBus(
  parley: RunningParley,
  { subject, payload }: { subject: string; payload: string },
  times = 1,
): Promise<void> {
  await using stack = new AsyncDisposableStack();
  const service = testService('end-to-end', { NATS_URL: parley.endpoint().natsUrl });
  stack.defer(() => service.stop());
  const bus = await connectBus(service);
  for (let time = 0; time < times; time += 1) await publish(bus, subject, payload, crypto.randomUUID());
}
