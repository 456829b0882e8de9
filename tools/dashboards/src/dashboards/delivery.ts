import { quantile, rarely, rate, type Dashboard } from '../dashboard.ts';

const OUTBOUND = '{direction="outbound"}';

/** What becomes of messages on their way out. */
export const delivery: Dashboard = {
  uid: 'parley-delivery',
  title: 'Parley: delivery',
  sections: [
    {
      title: 'Messages',
      panels: [
        {
          title: 'By status',
          description:
            'Messages per second as they reach a status; accepted ones begin as queued or scheduled.',
          unit: 'reqps',
          queries: [{ expr: rate('messages_total', ['status'], OUTBOUND), legend: '{{status}}' }],
        },
        {
          title: 'By type',
          description: 'Messages sent per second, by type.',
          unit: 'reqps',
          queries: [
            {
              expr: rate('messages_total', ['type'], '{direction="outbound",status="sent"}'),
              legend: '{{type}}',
            },
          ],
        },
        {
          title: 'By provider',
          description: 'Messages sent per second through each connection.',
          unit: 'reqps',
          queries: [
            {
              expr: rate('messages_total', ['provider'], '{direction="outbound",status="sent",provider!=""}'),
              legend: '{{provider}}',
            },
          ],
        },
        {
          title: 'Time to send',
          description: 'From accept, or send_at, until a provider had the message.',
          unit: 's',
          queries: [0.5, 0.95, 0.99].map((q) => ({
            expr: quantile(q, 'message_sent_seconds'),
            legend: `p${q * 100}`,
          })),
        },
        {
          title: 'Ended badly',
          description: 'Messages that were not delivered, or never will be.',
          unit: 'reqps',
          queries: [
            {
              expr: rate(
                'messages_total',
                ['status'],
                '{direction="outbound",status=~"failed|undelivered|expired"}',
              ),
              legend: '{{status}}',
            },
          ],
        },
        {
          title: 'Held',
          description:
            'Messages of which nobody knows whether they were sent: they wait for a receipt or a person.',
          unit: 'short',
          queries: [{ expr: 'max(messages_held)', legend: 'held' }],
        },
      ],
    },
    {
      title: 'Providers',
      panels: [
        {
          title: 'Calls',
          description: 'Provider calls per second by what they came to.',
          unit: 'reqps',
          queries: [
            {
              expr: rate('provider_outcomes_total', ['connection', 'outcome']),
              legend: '{{connection}} {{outcome}}',
            },
          ],
        },
        {
          title: 'Latency of calls',
          description: 'The slowest hundredth of calls to each kind of provider.',
          unit: 's',
          queries: [
            { expr: quantile(0.99, 'provider_call_seconds', { by: ['provider'] }), legend: '{{provider}}' },
          ],
        },
        {
          title: 'Failed calls',
          description: 'Part of the calls through a connection that surely or perhaps sent nothing.',
          unit: 'percentunit',
          queries: [
            {
              expr: `${rate('provider_outcomes_total', ['connection'], '{outcome=~"unavailable|unknown"}')} / ${rate('provider_outcomes_total', ['connection'])}`,
              legend: '{{connection}}',
            },
          ],
        },
        {
          title: '429s',
          description: 'Calls that a provider refused as too many; each pauses the lane of its sender.',
          unit: 'reqps',
          queries: [
            {
              expr: rate('provider_outcomes_total', ['connection'], '{outcome="throttled"}'),
              legend: '{{connection}}',
            },
          ],
        },
        {
          title: 'Pauses',
          description: 'Pauses of lanes and connections, by reason.',
          unit: 'reqps',
          queries: [
            {
              expr: rate('lane_pauses_total', ['connection', 'reason']),
              legend: '{{connection}} {{reason}}',
            },
          ],
        },
        {
          title: 'Breakers',
          description:
            '0 = closed, 1 = half open, 2 = open: nothing is sent through the connection. It shows up when it first opens.',
          unit: 'none',
          queries: [{ expr: rarely('max by (connection) (breaker_state)'), legend: '{{connection}}' }],
        },
        {
          title: 'Retries',
          description: 'Calls after which a message waits to be tried again, here or elsewhere.',
          unit: 'reqps',
          queries: [
            {
              expr: rate(
                'provider_outcomes_total',
                ['outcome'],
                '{outcome=~"throttled|unavailable|unknown"}',
              ),
              legend: 'after {{outcome}}',
            },
          ],
        },
        {
          title: 'Asked what became of a call',
          description: 'Where a provider can be asked, what it said of calls without an answer.',
          unit: 'reqps',
          queries: [
            {
              expr: rarely(rate('provider_lookups_total', ['connection', 'finding'])),
              legend: '{{connection}} {{finding}}',
            },
          ],
        },
        {
          title: 'Receipts missing',
          description: 'Messages that were sent and on which no receipt came in time.',
          unit: 'reqps',
          queries: [{ expr: rate('receipts_overdue_total', ['connection']), legend: '{{connection}}' }],
        },
      ],
    },
  ],
};
