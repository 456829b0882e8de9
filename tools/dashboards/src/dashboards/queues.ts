import { rarely, rate, type Dashboard } from '../dashboard.ts';

/** What waits, where, and for how long. */
export const queues: Dashboard = {
  uid: 'parley-queues',
  title: 'Parley: queues',
  sections: [
    {
      title: 'Bus',
      panels: [
        {
          title: 'Depth',
          description: 'Bus messages that nobody has taken yet, by durable.',
          unit: 'short',
          queries: [{ expr: 'max by (durable) (consumer_pending)', legend: '{{durable}}' }],
        },
        {
          title: 'In hand',
          description: 'Bus messages that were taken and are not settled, by durable.',
          unit: 'short',
          queries: [{ expr: 'max by (durable) (consumer_ack_pending)', legend: '{{durable}}' }],
        },
        {
          title: 'Oldest',
          description: 'How long the oldest bus message that is not settled has been there.',
          unit: 's',
          queries: [{ expr: 'max by (durable) (consumer_oldest_seconds)', legend: '{{durable}}' }],
        },
        {
          title: 'Settled',
          description:
            'Bus messages settled per second; retry: put back for a moment, reject: a dead letter.',
          unit: 'reqps',
          queries: [
            {
              expr: rate('consumer_verdicts_total', ['durable', 'verdict']),
              legend: '{{durable}} {{verdict}}',
            },
          ],
        },
        {
          title: 'Projection lag',
          description: 'How old the newest fact was when it had been projected.',
          unit: 's',
          queries: [{ expr: 'max(projection_lag_seconds)', legend: 'projection' }],
        },
        {
          title: 'Projected at once',
          description: 'Messages in one write of the projection, on average.',
          unit: 'short',
          queries: [
            {
              expr: `${rate('projection_batch_size_sum')} / ${rate('projection_batch_size_count')}`,
              legend: 'messages',
            },
          ],
        },
      ],
    },
    {
      title: 'Database',
      panels: [
        {
          title: 'Outbox lag',
          description: 'For how long the oldest due row has been waiting to be published.',
          unit: 's',
          queries: [{ expr: 'max by (service) (outbox_lag_seconds)', legend: '{{service}}' }],
        },
        {
          title: 'Outbox depth',
          description: 'Due rows of the outbox, counted up to 10,000.',
          unit: 'short',
          queries: [{ expr: 'max by (service) (outbox_due_rows)', legend: '{{service}}' }],
        },
        {
          title: 'Dead letters',
          description: 'Bus messages that could not be handled and wait for a person, counted up to 10,000.',
          unit: 'short',
          queries: [{ expr: 'max by (service) (dead_letters)', legend: '{{service}}' }],
        },
        {
          title: 'Lanes: depth',
          description: 'Messages that wait for their turn, or for their connection, counted up to 10,000.',
          unit: 'short',
          queries: [
            { expr: rarely('max by (connection) (lane_waiting_messages)'), legend: '{{connection}}' },
          ],
        },
        {
          title: 'Lanes: oldest',
          description: 'How long ago the messages that are next in their lanes were accepted, at most.',
          unit: 's',
          queries: [{ expr: rarely('max by (connection) (lane_oldest_seconds)'), legend: '{{connection}}' }],
        },
        {
          title: 'Taken up again',
          description:
            'Messages that a crash or a loss left behind, by what they were in, and those whose time was over.',
          unit: 'reqps',
          queries: [{ expr: rate('reconciled_total', ['status']), legend: '{{status}}' }],
        },
        {
          title: 'Caught up',
          description: 'Replays from the owners after a gap on the bus.',
          unit: 'short',
          queries: [{ expr: 'sum by (durable) (catch_ups_total)', legend: '{{durable}}' }],
        },
        {
          title: 'Slots missed',
          description:
            'Time slots of limited lanes that a dispatcher was too late for: it has too much to do.',
          unit: 'reqps',
          queries: [
            { expr: rarely(rate('lane_slots_missed_total', ['connection'])), legend: '{{connection}}' },
          ],
        },
      ],
    },
  ],
};
