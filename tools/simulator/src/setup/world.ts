import { Ledger } from '../calls/ledger.ts';
import { Scripts } from '../calls/scripts.ts';
import { Chaos } from '../chaos/chaos.ts';
import { Magic } from '../magic/magic.ts';
import { ReceiptDelivery } from '../receipts/delivery.ts';
import { receiptBody } from '../receipts/receipt.ts';
import { connectGateway, type Gateway } from '../webhooks/gateway.ts';
import type { Config } from './config.ts';
import type { Connection } from './connection.ts';

/** Everything that the doors of the simulator work with. */
export interface World {
  connections: ReadonlyMap<string, Connection>;
  ledger: Ledger;
  scripts: Scripts;
  magic: Magic;
  chaos: Chaos;
  receipts: ReceiptDelivery;
  gateway: Gateway;
}

/** Makes a world in which nothing has happened yet. */
export function createWorld(config: Config): World {
  const gateway = connectGateway(config.GATEWAY_URL);
  return {
    connections: new Map(config.CONNECTIONS.map((connection) => [connection.id, connection])),
    ledger: new Ledger(),
    scripts: new Scripts(),
    magic: new Magic(),
    chaos: new Chaos(),
    receipts: new ReceiptDelivery(async (receipt) => {
      const { status } = await gateway.post(receipt.connection, receiptBody(receipt), receipt.traceparent);
      return status;
    }),
    gateway,
  };
}
