import type { Scope } from '@parley/contracts/scope';
import { UNSUBSCRIBE_PATH } from '@parley/contracts/unsubscribe';
import type { CallableAddresses, Route } from '@parley/platform/http';
import type { Logger, Metrics } from '@parley/platform/runtime';
import type { Keyring } from '@parley/platform/secrets';
import { addFriend, addFriendDocs } from './add-friend/route.ts';
import { addSender, addSenderDocs } from './add-sender/route.ts';
import type { Audit } from './audit-acts/audit.ts';
import { guard, type KeyedHandler } from './authenticate/authenticate.ts';
import type { Caller } from './authenticate/decide.ts';
import { changeAccount, changeAccountDocs } from './change-account/route.ts';
import { changeConnection, changeConnectionDocs } from './change-connection/route.ts';
import { changeConversation, changeConversationDocs } from './change-conversation/route.ts';
import type { OwnDirectory } from './change-directory/change.ts';
import {
  cancelMessage,
  cancelMessageDocs,
  markMessageRead,
  markMessageReadDocs,
  redriveMessage,
  redriveMessageDocs,
  resolveMessage,
  resolveMessageDocs,
} from './change-message/route.ts';
import { changeUser, changeUserDocs } from './change-user/route.ts';
import { createAccount, createAccountDocs } from './create-account/route.ts';
import { createApiKey, createApiKeyDocs } from './create-api-key/route.ts';
import { createConnection, createConnectionDocs } from './create-connection/route.ts';
import { createUser, createUserDocs } from './create-user/route.ts';
import type { DescribedRoute, Operation } from './describe-api/operation.ts';
import { describeApi } from './describe-api/route.ts';
import { disableConnection, disableConnectionDocs } from './disable-connection/route.ts';
import { listAccounts, listAccountsDocs } from './list-accounts/route.ts';
import { listApiKeys, listApiKeysDocs } from './list-api-keys/route.ts';
import { listAuditLog, listAuditLogDocs } from './list-audit-log/route.ts';
import { listConnections, listConnectionsDocs } from './list-connections/route.ts';
import { listConversationMessages, inConversationDocs } from './list-conversation-messages/route.ts';
import { listConversations, listConversationsDocs } from './list-conversations/route.ts';
import { listDeadLetters, listDeadLettersDocs } from './list-dead-letters/route.ts';
import { listFriends, listFriendsDocs } from './list-friends/route.ts';
import { listMessages, listMessagesDocs } from './list-messages/route.ts';
import { listSenders, listSendersDocs } from './list-senders/route.ts';
import { listUserMessages, userMessagesDocs } from './list-user-messages/route.ts';
import { listUsers, listUsersDocs } from './list-users/route.ts';
import { listWebhookLog, listWebhookLogDocs } from './list-webhook-log/route.ts';
import { createLimiter } from './limit-rate/limiter.ts';
import type { Lookup } from './lookup.ts';
import type { Owners } from './owners.ts';
import { withoutQuery } from './page-lists/parameters.ts';
import type { PrepareMessages } from './prepare-messages/prepare.ts';
import { previewMessage, previewMessageDocs } from './preview-message/route.ts';
import { queryStats, queryStatsDocs } from './query-stats/route.ts';
import { readConsent, readConsentDocs } from './read-consent/route.ts';
import { readConversation, readConversationDocs } from './read-conversation/route.ts';
import { readMessage, readMessageDocs } from './read-message/route.ts';
import { readTimeline, readTimelineDocs } from './read-timeline/route.ts';
import { readUser, readUserDocs } from './read-user/route.ts';
import { readWebhookLog, readWebhookLogDocs } from './read-webhook-log/route.ts';
import type { WebhookDoor } from './receive-webhook/decide.ts';
import { receiveWebhook, receiveWebhookDocs } from './receive-webhook/route.ts';
import { recordConsent, recordConsentDocs } from './record-consent/route.ts';
import { redriveDeadLetters, redriveLettersDocs } from './redrive-dead-letters/route.ts';
import { removeFriend, removeFriendDocs } from './remove-friend/route.ts';
import { removeSender, removeSenderDocs } from './remove-sender/route.ts';
import { removeUser, removeUserDocs } from './remove-user/route.ts';
import { replayWebhook, replayWebhookDocs } from './replay-webhook/route.ts';
import { replyInConversation, replyDocs } from './reply-in-conversation/route.ts';
import { revokeApiKey, revokeApiKeyDocs } from './revoke-api-key/route.ts';
import { sendBatch, sendBatchDocs } from './send-batch/route.ts';
import { sendMessage, sendMessageDocs } from './send-message/route.ts';
import { openUnsubscribe, openUnsubscribeDocs, unsubscribe, unsubscribeDocs } from './unsubscribe/route.ts';

/** What the routes are made of. */
export interface ApiParts {
  owners: Owners;
  directory: OwnDirectory;
  prepare: PrepareMessages;
  audit: Audit;
  /** What secrets of connections are stored under. */
  keyring: Keyring;
  /** Where connections may lead. */
  addresses: CallableAddresses;
  logger: Logger;
  keys: Lookup<Caller>;
  doors: Lookup<WebhookDoor>;
  metrics: Metrics;
  /** Where the gateway is reached from outside; absent = where requests say. */
  publicUrl: string | undefined;
  /** Health and metrics. */
  operations: readonly Route[];
}

/** A route, the scope that its key needs, what answers it, and what it tells of itself. */
type Line = [method: Route['method'], path: string, scope: Scope, handle: KeyedHandler, docs: Operation];

/** Every route that is served, and the document that describes them; webhooks are signed instead of having a key. */
export function api(parts: ApiParts): Route[] {
  const { owners, keys, doors, metrics, publicUrl, operations } = parts;
  const guards = { keys, limit: createLimiter() };
  const lines = [...messaging(parts), ...administration(parts)];
  const webhook: DescribedRoute = {
    method: 'POST',
    path: '/webhooks/:connection',
    scope: null,
    handle: receiveWebhook({ receive: owners.receiveWebhooks, doors, metrics, publicUrl }),
    docs: receiveWebhookDocs,
  };
  const routes = lines.map(([method, path, scope, handle, docs]) => ({
    method,
    path,
    scope,
    handle: guard(guards, scope, method === 'GET' ? handle : withoutQuery(handle)),
    docs,
  }));
  return describeApi([...routes, webhook, ...unsubscribing(parts)], operations);
}

/** Where links in e-mail lead: who has one has no key. */
function unsubscribing(parts: ApiParts): DescribedRoute[] {
  const path = `${UNSUBSCRIBE_PATH}/:token`;
  return [
    { method: 'GET', path, scope: null, handle: openUnsubscribe(parts), docs: openUnsubscribeDocs },
    { method: 'POST', path, scope: null, handle: unsubscribe(parts), docs: unsubscribeDocs },
  ];
}

/** Messages, and what is made of them. */
function messaging({ owners, directory, prepare, audit }: ApiParts): Line[] {
  return [
    ['POST', '/v1/messages', 'send', sendMessage({ owners, prepare }), sendMessageDocs],
    ['POST', '/v1/messages/batch', 'send', sendBatch({ owners, prepare }), sendBatchDocs],
    ['POST', '/v1/messages/preview', 'send', previewMessage({ owners, prepare }), previewMessageDocs],
    ['GET', '/v1/messages', 'read', listMessages(owners), listMessagesDocs],
    ['GET', '/v1/messages/:id', 'read', readMessage(owners), readMessageDocs],
    ['GET', '/v1/messages/:id/timeline', 'read', readTimeline(owners), readTimelineDocs],
    ['POST', '/v1/messages/:id/cancel', 'send', cancelMessage({ owners }), cancelMessageDocs],
    ['POST', '/v1/messages/:id/redrive', 'send', redriveMessage({ owners, audit }), redriveMessageDocs],
    ['POST', '/v1/messages/:id/resolve', 'admin', resolveMessage({ owners, audit }), resolveMessageDocs],
    ['POST', '/v1/messages/:id/read', 'send', markMessageRead({ owners }), markMessageReadDocs],
    ['GET', '/v1/conversations', 'read', listConversations({ owners, directory }), listConversationsDocs],
    ['GET', '/v1/conversations/:id', 'read', readConversation({ owners, directory }), readConversationDocs],
    [
      'PATCH',
      '/v1/conversations/:id',
      'send',
      changeConversation({ owners, directory }),
      changeConversationDocs,
    ],
    ['GET', '/v1/conversations/:id/messages', 'read', listConversationMessages(owners), inConversationDocs],
    ['POST', '/v1/conversations/:id/messages', 'send', replyInConversation({ owners, prepare }), replyDocs],
    ['GET', '/v1/users/:user_name/messages', 'read', listUserMessages(directory, owners), userMessagesDocs],
    ['GET', '/v1/stats', 'read', queryStats(owners), queryStatsDocs],
    ['GET', '/v1/consent/:address', 'read', readConsent(owners), readConsentDocs],
    ['POST', '/v1/consent', 'send', recordConsent({ owners, audit }), recordConsentDocs],
    ['GET', '/v1/dead-letters', 'admin', listDeadLetters({ directory, owners }), listDeadLettersDocs],
    [
      'POST',
      '/v1/dead-letters/redrive',
      'admin',
      redriveDeadLetters({ directory, owners, audit }),
      redriveLettersDocs,
    ],
    ['GET', '/v1/webhook-log', 'admin', listWebhookLog(owners), listWebhookLogDocs],
    ['GET', '/v1/webhook-log/:id', 'admin', readWebhookLog(owners), readWebhookLogDocs],
    ['POST', '/v1/webhook-log/:id/replay', 'admin', replayWebhook({ owners, audit }), replayWebhookDocs],
  ];
}

/** The directory: who may do what, and through what. */
function administration({ owners, directory, keyring, addresses, logger }: ApiParts): Line[] {
  const connecting = { directory, keyring, addresses, logger };
  return [
    ['GET', '/v1/users', 'read', listUsers(directory), listUsersDocs],
    ['POST', '/v1/users', 'admin', createUser(directory), createUserDocs],
    ['GET', '/v1/users/:user_name', 'read', readUser(directory), readUserDocs],
    ['PATCH', '/v1/users/:user_name', 'admin', changeUser(directory), changeUserDocs],
    ['DELETE', '/v1/users/:user_name', 'admin', removeUser(directory), removeUserDocs],
    ['GET', '/v1/users/:user_name/friends', 'read', listFriends(directory), listFriendsDocs],
    ['PUT', '/v1/users/:user_name/friends/:friend', 'admin', addFriend(directory), addFriendDocs],
    ['DELETE', '/v1/users/:user_name/friends/:friend', 'admin', removeFriend(directory), removeFriendDocs],
    ['GET', '/v1/senders', 'read', listSenders(directory), listSendersDocs],
    ['POST', '/v1/senders', 'admin', addSender(directory), addSenderDocs],
    ['DELETE', '/v1/senders/:id', 'admin', removeSender(directory), removeSenderDocs],
    ['GET', '/v1/accounts', 'admin', listAccounts(directory), listAccountsDocs],
    ['POST', '/v1/accounts', 'admin', createAccount(directory), createAccountDocs],
    ['PATCH', '/v1/accounts/:id', 'admin', changeAccount(directory), changeAccountDocs],
    ['GET', '/v1/audit-log', 'admin', listAuditLog(directory), listAuditLogDocs],
    ['GET', '/v1/api-keys', 'admin', listApiKeys(directory), listApiKeysDocs],
    ['POST', '/v1/api-keys', 'admin', createApiKey(directory), createApiKeyDocs],
    ['DELETE', '/v1/api-keys/:id', 'admin', revokeApiKey(directory), revokeApiKeyDocs],
    ['GET', '/v1/connections', 'admin', listConnections({ directory, owners }), listConnectionsDocs],
    ['POST', '/v1/connections', 'admin', createConnection(connecting), createConnectionDocs],
    ['PATCH', '/v1/connections/:id', 'admin', changeConnection(connecting), changeConnectionDocs],
    ['DELETE', '/v1/connections/:id', 'admin', disableConnection(directory), disableConnectionDocs],
  ];
}
