import { readConfig } from './setup/config.ts';
import { startSimulator } from './setup/simulator.ts';

const read = readConfig(process.env);
if ('problems' in read) {
  for (const line of read.problems) console.error(`simulator: ${line}`);
  process.exit(1);
}
const { config } = read;

try {
  const simulator = await startSimulator(config);
  console.log(`simulator: plays ${config.CONNECTIONS.map(({ id }) => id).join(', ')} on ${simulator.url}`);
  const stop = () => void simulator.close().then(() => process.exit(0));
  process.once('SIGTERM', stop).once('SIGINT', stop);
} catch (error) {
  console.error(
    `simulator: cannot listen on port ${config.PORT}: ${error instanceof Error ? error.message : error}`,
  );
  process.exit(1);
}
