import { webhookVerdict } from '@parley/contracts/requests/receive-webhooks';
import { actOf } from '../audit-acts/act.ts';
import type { Audit } from '../audit-acts/audit.ts';
import type { KeyedHandler } from '../authenticate/authenticate.ts';
import { NO_BODY, type Operation } from '../describe-api/operation.ts';
import { shownWebhook, webhookResource } from '../list-webhook-log/decide.ts';
import type { Owners } from '../owners.ts';
import { notFound, readNothing } from '../read-fields.ts';
import { webhookIdIn } from '../read-webhook-log/route.ts';

export interface ReplayWebhookOptions {
  owners: Pick<Owners, 'replayWebhooks'>;
  audit: Audit;
}

/** Takes a logged webhook once more: 200 with what came of it this time, also when it was refused again. */
export function replayWebhook({ owners, audit }: ReplayWebhookOptions): KeyedHandler {
  return async (request, caller) => {
    await readNothing(request);
    const id = webhookIdIn(request.params);
    const { account_id } = caller;
    const item = { account_id, id, at: new Date().toISOString(), trace_id: request.trace_id };
    const act = actOf(caller, 'webhook.replay', { subject: id });
    const webhook = await audit(
      act,
      async () => {
        const replayed = await owners.replayWebhooks(item);
        if (replayed === null) throw notFound('webhook');
        return replayed;
      },
      ({ replay }) => ({ verdict: replay?.verdict ?? null }),
    );
    const { message_id, receipt_id, provider_message_id } = webhookResource(webhook);
    const { verdict = null, reason = null, errors = [] } = webhook.replay ?? {};
    return {
      status: 200,
      body: { id, verdict, reason, errors, provider_message_id, message_id, receipt_id },
    };
  };
}

/** What it tells of itself. */
export const replayWebhookDocs: Operation = {
  id: 'replayWebhook',
  summary: 'Take a webhook once more',
  description: `As if it came in just now: what is stored already is a \`duplicate\`. One that was signed needs no signature
again; one that was not is verified again, with the secrets that are live now.`,
  body: NO_BODY,
  problems: ['outcome_unknown'],
  reply: {
    status: 200,
    is: 'What came of it this time.',
    schema: shownWebhook
      .pick({
        id: true,
        reason: true,
        errors: true,
        provider_message_id: true,
        message_id: true,
        receipt_id: true,
      })
      .extend({ verdict: webhookVerdict.nullable() }),
  },
};
