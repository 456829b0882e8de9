import { randomUUID } from 'node:crypto';
import { readConfig } from '@parley/platform/runtime';
import { simulatorConfig } from '@parley/simulator/setup/config';
import { startSimulator } from '@parley/simulator/setup/simulator';

/** A provider that lives longer than the Parley that calls it, and remembers every call. */
export interface OutsideProvider {
  /** What `POST /v1/connections` takes: the connection through which it is called. */
  connection: { id: string; provider: string; url: string; secret: string };
  /** Its control door. */
  url: string;
  close(): Promise<void>;
}

const ID = 'abroad';

/** Starts one; `host` is where the Parley whose gateway is at `gatewayUrl` reaches this machine. */
export async function outsideProvider(at: { gatewayUrl: string; host: string }): Promise<OutsideProvider> {
  const secret = randomUUID();
  const simulator = await startSimulator(
    readConfig(simulatorConfig, {
      HOST: at.host,
      PORT: '0',
      GATEWAY_URL: at.gatewayUrl,
      CONNECTIONS: JSON.stringify([{ id: ID, provider: 'sms-gateway', secret }]),
    }),
  );
  const url = simulator.url.replace('127.0.0.1', at.host);
  return {
    connection: { id: ID, provider: 'sms-gateway', url: `${url}/${ID}`, secret },
    url,
    close: () => simulator.close(),
  };
}
