import type { Scope } from '@parley/contracts/scope';
import type { Route } from '@parley/platform/http';
import type { Metrics } from '@parley/platform/runtime';
import { addSender } from './add-sender/route.ts';
import type { Audit } from './audit-acts/audit.ts';
import { guard, type KeyedHandler } from './authenticate/authenticate.ts';
import type { Caller } from './authenticate/decide.ts';
import type { OwnDirectory } from './change-directory/change.ts';
import { cancelMessage, markMessageRead, redriveMessage, resolveMessage } from './change-message/route.ts';
import { changeUser } from './change-user/route.ts';
import { createAccount } from './create-account/route.ts';
import { createApiKey } from './create-api-key/route.ts';
import { createUser } from './create-user/route.ts';
import { listAccounts } from './list-accounts/route.ts';
import { listApiKeys } from './list-api-keys/route.ts';
import { listConversationMessages } from './list-conversation-messages/route.ts';
import { listConversations } from './list-conversations/route.ts';
import { listMessages } from './list-messages/route.ts';
import { listSenders } from './list-senders/route.ts';
import { listUserMessages } from './list-user-messages/route.ts';
import { listUsers } from './list-users/route.ts';
import type { Lookup } from './lookup.ts';
import type { Owners } from './owners.ts';
import type { PrepareMessages } from './prepare-messages/prepare.ts';
import { previewMessage } from './preview-message/route.ts';
import { queryStats } from './query-stats/route.ts';
import { readMessage } from './read-message/route.ts';
import { readTimeline } from './read-timeline/route.ts';
import { readUser } from './read-user/route.ts';
import type { WebhookDoor } from './receive-webhook/decide.ts';
import { receiveWebhook } from './receive-webhook/route.ts';
import { removeSender } from './remove-sender/route.ts';
import { removeUser } from './remove-user/route.ts';
import { revokeApiKey } from './revoke-api-key/route.ts';
import { sendBatch } from './send-batch/route.ts';
import { sendMessage } from './send-message/route.ts';

/** What the routes are made of. */
export interface ApiParts {
  owners: Owners;
  directory: OwnDirectory;
  prepare: PrepareMessages;
  audit: Audit;
  keys: Lookup<Caller>;
  doors: Lookup<WebhookDoor>;
  metrics: Metrics;
  /** Where the gateway is reached from outside; absent = where requests say. */
  publicUrl: string | undefined;
}

/** Every route of the API and the scope it wants; webhooks are signed instead. */
export function api(parts: ApiParts): Route[] {
  const { owners, directory, prepare, audit, keys, ...door } = parts;
  const keyed = (method: Route['method'], path: string, scope: Scope, handle: KeyedHandler): Route => ({
    method,
    path,
    handle: guard(keys, scope, handle),
  });
  const webhook = receiveWebhook({ receive: owners.receiveWebhooks, ...door });
  return [
    keyed('POST', '/v1/messages', 'send', sendMessage({ owners, prepare })),
    keyed('POST', '/v1/messages/batch', 'send', sendBatch({ owners, prepare })),
    keyed('POST', '/v1/messages/preview', 'send', previewMessage({ owners, prepare })),
    keyed('GET', '/v1/messages', 'read', listMessages(owners)),
    keyed('GET', '/v1/messages/:id', 'read', readMessage(owners)),
    keyed('GET', '/v1/messages/:id/timeline', 'read', readTimeline(owners)),
    keyed('POST', '/v1/messages/:id/cancel', 'send', cancelMessage({ owners })),
    keyed('POST', '/v1/messages/:id/redrive', 'send', redriveMessage({ owners, audit })),
    keyed('POST', '/v1/messages/:id/resolve', 'admin', resolveMessage({ owners, audit })),
    keyed('POST', '/v1/messages/:id/read', 'send', markMessageRead({ owners })),
    keyed('GET', '/v1/conversations', 'read', listConversations(owners)),
    keyed('GET', '/v1/conversations/:id/messages', 'read', listConversationMessages(owners)),
    keyed('GET', '/v1/stats', 'read', queryStats(owners)),
    keyed('GET', '/v1/senders', 'read', listSenders(directory)),
    keyed('POST', '/v1/senders', 'admin', addSender(directory)),
    keyed('DELETE', '/v1/senders/:id', 'admin', removeSender(directory)),
    keyed('GET', '/v1/users', 'read', listUsers(directory)),
    keyed('POST', '/v1/users', 'admin', createUser(directory)),
    keyed('GET', '/v1/users/:user_name', 'read', readUser(directory)),
    keyed('PATCH', '/v1/users/:user_name', 'admin', changeUser(directory)),
    keyed('DELETE', '/v1/users/:user_name', 'admin', removeUser(directory)),
    keyed('GET', '/v1/users/:user_name/messages', 'read', listUserMessages(directory, owners)),
    keyed('GET', '/v1/accounts', 'admin', listAccounts(directory)),
    keyed('POST', '/v1/accounts', 'admin', createAccount(directory)),
    keyed('GET', '/v1/api-keys', 'admin', listApiKeys(directory)),
    keyed('POST', '/v1/api-keys', 'admin', createApiKey(directory)),
    keyed('DELETE', '/v1/api-keys/:id', 'admin', revokeApiKey(directory)),
    { method: 'POST', path: '/webhooks/:connection', handle: webhook },
  ];
}
