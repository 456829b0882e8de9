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

// As the gateway's demo account has them.
const PROVIDERS: Readonly<Record<string, string>> = {
  inbox: 'generic',
  sms: 'sms-gateway',
  'sms-2': 'sms-gateway',
  mail: 'mail-gateway',
};

/** The simulator's `CONNECTIONS`: which provider it plays under which id, and what it signs with. */
export function simulatorConnections(connections: Readonly<Record<string, DemoConnection>>): string {
  const played = Object.entries(connections).map(([id, { secret }]) => ({
    id,
    provider: PROVIDERS[id],
    secret,
  }));
  return JSON.stringify(played);
}
