import type { Secrets } from '../data/secrets.ts';

/** How webhooks of a connection are signed. */
export type SignatureScheme = 'hmac-sha256-hex' | 'standard-webhooks';

/** A connection of the demo account, as scripts and the simulator need it in order to sign webhooks. */
export interface DemoConnection {
  /** What the gateway's demo account says that it is. */
  provider: string;
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
  const hex = { scheme: 'hmac-sha256-hex' } as const;
  const inbox = { provider: 'generic', ...hex, header: 'X-Signature' };
  const sms = { provider: 'sms-gateway', ...hex, header: 'X-Provider-Signature' };
  const mail = { provider: 'mail-gateway', scheme: 'standard-webhooks' } as const;
  return {
    inbox: { path: '/webhooks/inbox', ...inbox, ...connections.inbox },
    sms: { path: '/webhooks/sms', ...sms, ...connections.sms },
    'sms-2': { path: '/webhooks/sms-2', ...sms, ...connections['sms-2'] },
    mail: { path: '/webhooks/mail', ...mail, ...connections.mail },
  };
}

/** The simulator's `CONNECTIONS`: which provider it plays under which id, and what it signs with. */
export function simulatorConnections(connections: Readonly<Record<string, DemoConnection>>): string {
  const played = Object.entries(connections).map(([id, { provider, secret }]) => ({ id, provider, secret }));
  return JSON.stringify(played);
}
