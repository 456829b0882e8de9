import type { Secrets } from '../data/secrets.ts';

/** How webhooks of a connection are signed. */
export type SignatureScheme = 'hmac-sha256-hex' | 'standard-webhooks';

/** A connection of the demo account, as scripts and the simulator need it in order to sign webhooks. */
export interface DemoConnection {
  /** Where the gateway takes its webhooks. */
  path: string;
  scheme: SignatureScheme;
  /** Of the signature; Standard Webhooks has names of its own. */
  header?: string;
  secret: string;
}

/** The demo account's connections by id, with this instance's secrets. */
export function demoConnections({
  connections,
}: Pick<Secrets, 'connections'>): Record<string, DemoConnection> {
  const hex = 'hmac-sha256-hex';
  return {
    inbox: { path: '/webhooks/inbox', scheme: hex, header: 'X-Signature', ...connections.inbox },
    sms: { path: '/webhooks/sms', scheme: hex, header: 'X-Provider-Signature', ...connections.sms },
    'sms-2': {
      path: '/webhooks/sms-2',
      scheme: hex,
      header: 'X-Provider-Signature',
      ...connections['sms-2'],
    },
    mail: { path: '/webhooks/mail', scheme: 'standard-webhooks', ...connections.mail },
  };
}

const KINDS: Readonly<Record<string, string>> = {
  inbox: 'generic',
  sms: 'sms',
  'sms-2': 'sms',
  mail: 'mail',
};

/** The simulator's `CONNECTIONS`: which provider it shall be on which path, and what it signs with. */
export function simulatorConnections(connections: Readonly<Record<string, DemoConnection>>): string {
  return JSON.stringify(
    Object.entries(connections).map(([id, connection]) => ({ id, kind: KINDS[id], ...connection })),
  );
}
