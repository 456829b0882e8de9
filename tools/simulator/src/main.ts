import { InvalidConfiguration, messageOf, readConfig } from '@parley/platform/runtime';
import { simulatorConfig } from './setup/config.ts';
import { startSimulator } from './setup/simulator.ts';

try {
  const config = readConfig(simulatorConfig, process.env);
  const simulator = await startSimulator(config);
  console.log(`simulator: plays ${config.CONNECTIONS.map(({ id }) => id).join(', ')} on ${simulator.url}`);
  const stop = () => void simulator.close().then(() => process.exit(0));
  process.once('SIGTERM', stop).once('SIGINT', stop);
} catch (error) {
  const problems = error instanceof InvalidConfiguration ? error.problems : [messageOf(error)];
  for (const line of problems) console.error(`simulator: ${line}`);
  process.exit(1);
}
