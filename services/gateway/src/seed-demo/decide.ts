import { accountId, connectionId, newRowId, newUserId } from '@parley/contracts/ids';
import type { ConnectionSecrets } from '@parley/platform/secrets';
import type { Insertable } from 'kysely';
import { z } from 'zod';
import { hashKey } from '../authenticate/authenticate.ts';
import type { Tables } from '../database.ts';

const signed = z.object({ secret: z.string().min(1) });

/** What differs between one demo account and the next. */
export const demoSecrets = z.object({
  api_key: z.string().min(1),
  admin_key: z.string().min(1),
  connections: z.object({ inbox: signed, sms: signed, 'sms-2': signed, mail: signed }),
  simulator_url: z.url(),
});
export type DemoSecrets = z.infer<typeof demoSecrets>;

type Rows<Table extends keyof Tables> = Insertable<Tables[Table]>[];

export const DEMO_ACCOUNT = accountId.parse('demo');

/** The allow-list that the account begins with. */
export function demoSenders(): Rows<'sender'> {
  const entries = [
    { kind: 'alphanumeric', address: 'MyCorp' },
    { kind: 'alphanumeric', address: 'AnotherApp' },
    { kind: 'number', address: '*' },
    { kind: 'email', address: '*' },
  ] as const;
  return entries.map((entry) => ({ id: newRowId(), account_id: DEMO_ACCOUNT, ...entry }));
}

/** The users that the account begins with. Their addresses appear in no sample request, so those stay strangers. */
export function demoUsers(): Rows<'user'> {
  const people = [
    ['rdibari', 'Rob', 'DiBari', '+12025550141'],
    ['bugs', 'Bugs', 'Bunny', '+12025550142'],
    ['duck', 'Daffy', 'Duck', '+12025550143'],
    ['porky', 'Porky', 'Pig', '+12025550144'],
  ] as const;
  return people.map(([user_name, first_name, last_name, phone]) => ({
    id: newUserId(),
    account_id: DEMO_ACCOUNT,
    user_name,
    first_name,
    last_name,
    email: `${user_name}@people.example`,
    phone,
  }));
}

/** The demo's keys, by names that stay when the keys change. */
export function demoKeys({ api_key, admin_key }: DemoSecrets): Rows<'api_key'> {
  const row = (id: string, key: string) => ({
    id,
    account_id: DEMO_ACCOUNT,
    key_hash: Buffer.from(hashKey(key), 'hex'),
    expires_at: null,
  });
  return [
    { ...row('demo', api_key), scopes: ['send', 'read'] },
    { ...row('demo-admin', admin_key), scopes: ['admin'] },
  ];
}

/** The demo's connections to a simulator. */
export function demoConnections({
  connections,
  simulator_url,
}: DemoSecrets): (Insertable<Tables['connection']> & ConnectionSecrets)[] {
  const row = (id: keyof DemoSecrets['connections'], sends = true) => ({
    id: connectionId.parse(id),
    account_id: DEMO_ACCOUNT,
    priority: 0,
    url: sends ? `${simulator_url.replace(/\/+$/, '')}/${id}` : null,
    token: null,
    secrets: [connections[id].secret],
    rate_per_second: null,
  });
  return [
    { ...row('inbox', false), provider: 'generic', types: [] },
    { ...row('sms'), provider: 'sms-gateway', types: ['sms', 'mms'] },
    { ...row('sms-2'), provider: 'sms-gateway', types: ['sms', 'mms'], priority: 1 },
    { ...row('mail'), provider: 'mail-gateway', types: ['email'] },
  ];
}
