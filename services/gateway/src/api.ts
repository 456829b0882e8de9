import type { Scope } from '@parley/contracts/scope';
import type { Route } from '@parley/platform/http';
import type { Metrics } from '@parley/platform/runtime';
import { addFriend } from './add-friend/route.ts';
import { addSender } from './add-sender/route.ts';
import type { Audit } from './audit-acts/audit.ts';
import { guard, type KeyedHandler } from './authenticate/authenticate.ts';
import type { Caller } from './authenticate/decide.ts';
import { changeAccount } from './change-account/route.ts';
import { changeConnection } from './change-connection/route.ts';
import { changeConversation } from './change-conversation/route.ts';
import type { OwnDirectory } from './change-directory/change.ts';
import { cancelMessage, markMessageRead, redriveMessage, resolveMessage } from './change-message/route.ts';
import { changeUser } from './change-user/route.ts';
import { createAccount } from './create-account/route.ts';
import { createApiKey } from './create-api-key/route.ts';
import { createConnection } from './create-connection/route.ts';
import { createUser } from './create-user/route.ts';
import { disableConnection } from './disable-connection/route.ts';
import { listAccounts } from './list-accounts/route.ts';
import { listApiKeys } from './list-api-keys/route.ts';
import { listConnections } from './list-connections/route.ts';
import { listConversationMessages } from './list-conversation-messages/route.ts';
import { listConversations } from './list-conversations/route.ts';
import { listDeadLetters } from './list-dead-letters/route.ts';
import { listFriends } from './list-friends/route.ts';
import { listMessages } from './list-messages/route.ts';
import { listSenders } from './list-senders/route.ts';
import { listUserMessages } from './list-user-messages/route.ts';
import { listUsers } from './list-users/route.ts';
import type { Lookup } from './lookup.ts';
import type { Owners } from './owners.ts';
import type { PrepareMessages } from './prepare-messages/prepare.ts';
import { previewMessage } from './preview-message/route.ts';
import { queryStats } from './query-stats/route.ts';
import { readConsent } from './read-consent/route.ts';
import { readConversation } from './read-conversation/route.ts';
import { readMessage } from './read-message/route.ts';
import { readTimeline } from './read-timeline/route.ts';
import { readUser } from './read-user/route.ts';
import type { WebhookDoor } from './receive-webhook/decide.ts';
import { receiveWebhook } from './receive-webhook/route.ts';
import { recordConsent } from './record-consent/route.ts';
import { redriveDeadLetters } from './redrive-dead-letters/route.ts';
import { removeFriend } from './remove-friend/route.ts';
import { removeSender } from './remove-sender/route.ts';
import { removeUser } from './remove-user/route.ts';
import { replyInConversation } from './reply-in-conversation/route.ts';
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

/** A route, the scope that its key needs, and what answers it. */
type Line = [method: Route['method'], path: string, scope: Scope, handle: KeyedHandler];

/** Every route of the API; webhooks are signed instead of having a key. */
export function api(parts: ApiParts): Route[] {
  const { owners, keys, doors, metrics, publicUrl } = parts;
  const webhook = receiveWebhook({ receive: owners.receiveWebhooks, doors, metrics, publicUrl });
  return [
    ...[...messaging(parts), ...administration(parts)].map(([method, path, scope, handle]) => ({
      method,
      path,
      handle: guard(keys, scope, handle),
    })),
    { method: 'POST', path: '/webhooks/:connection', handle: webhook },
  ];
}

/** Messages, and what is made of them. */
function messaging({ owners, directory, prepare, audit }: ApiParts): Line[] {
  return [
    ['POST', '/v1/messages', 'send', sendMessage({ owners, prepare })],
    ['POST', '/v1/messages/batch', 'send', sendBatch({ owners, prepare })],
    ['POST', '/v1/messages/preview', 'send', previewMessage({ owners, prepare })],
    ['GET', '/v1/messages', 'read', listMessages(owners)],
    ['GET', '/v1/messages/:id', 'read', readMessage(owners)],
    ['GET', '/v1/messages/:id/timeline', 'read', readTimeline(owners)],
    ['POST', '/v1/messages/:id/cancel', 'send', cancelMessage({ owners })],
    ['POST', '/v1/messages/:id/redrive', 'send', redriveMessage({ owners, audit })],
    ['POST', '/v1/messages/:id/resolve', 'admin', resolveMessage({ owners, audit })],
    ['POST', '/v1/messages/:id/read', 'send', markMessageRead({ owners })],
    ['GET', '/v1/conversations', 'read', listConversations({ owners, directory })],
    ['GET', '/v1/conversations/:id', 'read', readConversation({ owners, directory })],
    ['PATCH', '/v1/conversations/:id', 'send', changeConversation({ owners, directory })],
    ['GET', '/v1/conversations/:id/messages', 'read', listConversationMessages(owners)],
    ['POST', '/v1/conversations/:id/messages', 'send', replyInConversation({ owners, prepare })],
    ['GET', '/v1/users/:user_name/messages', 'read', listUserMessages(directory, owners)],
    ['GET', '/v1/stats', 'read', queryStats(owners)],
    ['GET', '/v1/consent/:address', 'read', readConsent(owners)],
    ['POST', '/v1/consent', 'send', recordConsent({ owners, audit })],
    ['GET', '/v1/dead-letters', 'admin', listDeadLetters({ directory, owners })],
    ['POST', '/v1/dead-letters/redrive', 'admin', redriveDeadLetters({ directory, owners, audit })],
  ];
}

/** The directory: who may do what, and through what. */
function administration({ owners, directory }: ApiParts): Line[] {
  return [
    ['GET', '/v1/users', 'read', listUsers(directory)],
    ['POST', '/v1/users', 'admin', createUser(directory)],
    ['GET', '/v1/users/:user_name', 'read', readUser(directory)],
    ['PATCH', '/v1/users/:user_name', 'admin', changeUser(directory)],
    ['DELETE', '/v1/users/:user_name', 'admin', removeUser(directory)],
    ['GET', '/v1/users/:user_name/friends', 'read', listFriends(directory)],
    ['PUT', '/v1/users/:user_name/friends/:friend', 'admin', addFriend(directory)],
    ['DELETE', '/v1/users/:user_name/friends/:friend', 'admin', removeFriend(directory)],
    ['GET', '/v1/senders', 'read', listSenders(directory)],
    ['POST', '/v1/senders', 'admin', addSender(directory)],
    ['DELETE', '/v1/senders/:id', 'admin', removeSender(directory)],
    ['GET', '/v1/accounts', 'admin', listAccounts(directory)],
    ['POST', '/v1/accounts', 'admin', createAccount(directory)],
    ['PATCH', '/v1/accounts/:id', 'admin', changeAccount(directory)],
    ['GET', '/v1/api-keys', 'admin', listApiKeys(directory)],
    ['POST', '/v1/api-keys', 'admin', createApiKey(directory)],
    ['DELETE', '/v1/api-keys/:id', 'admin', revokeApiKey(directory)],
    ['GET', '/v1/connections', 'admin', listConnections({ directory, owners })],
    ['POST', '/v1/connections', 'admin', createConnection(directory)],
    ['PATCH', '/v1/connections/:id', 'admin', changeConnection(directory)],
    ['DELETE', '/v1/connections/:id', 'admin', disableConnection(directory)],
  ];
}
