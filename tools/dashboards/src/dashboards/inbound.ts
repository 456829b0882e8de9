import { quantile, rate, type Dashboard } from '../dashboard.ts';

/** What providers tell us: messages and receipts. */
export const inbound: Dashboard = {
  uid: 'parley-inbound',
  title: 'Parley: inbound',
  sections: [
    {
      title: 'Webhooks',
      panels: [
        {
          title: 'By result',
          description: 'Webhooks per second: stored, known already, wrongly signed, or not to be read.',
          unit: 'reqps',
          queries: [{ expr: rate('webhook_requests_total', ['result']), legend: '{{result}}' }],
        },
        {
          title: 'Latency',
          description: 'How long a webhook takes until what it brought is committed.',
          unit: 's',
          queries: [0.5, 0.95, 0.99].map((q) => ({
            expr: quantile(q, 'http_request_duration_seconds', {
              where: '{service="gateway",route="/webhooks/:connection"}',
            }),
            legend: `p${q * 100}`,
          })),
        },
        {
          title: 'Forged',
          description:
            'Part of the webhooks whose signature is not valid: a wrong secret, or somebody who has none.',
          unit: 'percentunit',
          queries: [
            {
              expr: `${rate('webhook_requests_total', [], '{result="invalid_signature"}')} / ${rate('webhook_requests_total')}`,
              legend: 'invalid signature',
            },
          ],
        },
      ],
    },
    {
      title: 'What they bring',
      panels: [
        {
          title: 'Messages received',
          description: 'Inbound messages per second, by type and connection.',
          unit: 'reqps',
          queries: [
            {
              expr: rate('messages_total', ['type', 'provider'], '{direction="inbound"}'),
              legend: '{{type}} {{provider}}',
            },
          ],
        },
        {
          title: 'Receipts',
          description: 'Receipts per second, by what they say and connection.',
          unit: 'reqps',
          queries: [
            { expr: rate('receipts_total', ['status', 'provider']), legend: '{{status}} {{provider}}' },
          ],
        },
        {
          title: 'On their way to messages',
          description:
            'Batches of receipts that the dispatcher has not taken yet, and how old the oldest one is.',
          unit: 'short',
          queries: [
            { expr: 'max(consumer_pending{durable="dispatcher--react"})', legend: 'waiting' },
            { expr: 'max(consumer_oldest_seconds{durable="dispatcher--react"})', legend: 'oldest, s' },
          ],
        },
        {
          title: 'Keywords',
          description:
            'Texts per minute that are STOP, START or HELP, or seem to ask for no more messages in other words.',
          unit: 'short',
          queries: [
            {
              expr: 'sum by (keyword) (rate(keywords_total[$__rate_interval])) * 60',
              legend: '{{keyword}}',
            },
          ],
        },
        {
          title: 'Keywords acted on',
          description: 'What they did, per minute, and whether that was answered.',
          unit: 'short',
          queries: [
            {
              expr: 'sum by (effect, answered) (rate(keywords_handled_total[$__rate_interval])) * 60',
              legend: '{{effect}} answered={{answered}}',
            },
          ],
        },
        {
          title: 'Orphan receipts',
          description:
            'Receipts on messages that nobody knows: kept, listed as dead letters, and matched if one appears.',
          unit: 'short',
          queries: [{ expr: 'max(orphan_receipts)', legend: 'orphans' }],
        },
        {
          title: 'Outbox of ingest',
          description: 'For how long the oldest due row of ingest has been waiting to be published.',
          unit: 's',
          queries: [{ expr: 'max(outbox_lag_seconds{service="ingest"})', legend: 'lag' }],
        },
      ],
    },
  ],
};
