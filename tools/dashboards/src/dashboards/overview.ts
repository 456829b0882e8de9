import { quantile, rate, type Dashboard } from '../dashboard.ts';

/** How every service does: traffic, errors, latency, saturation. */
export const overview: Dashboard = {
  uid: 'parley-overview',
  title: 'Parley: overview',
  sections: [
    {
      title: 'Traffic and errors',
      panels: [
        {
          title: 'Services up',
          description: 'How many instances of each service answer when they are asked for metrics.',
          unit: 'short',
          queries: [{ expr: 'sum by (service) (up{job="parley"})', legend: '{{service}}' }],
        },
        {
          title: 'Requests',
          description: 'HTTP requests answered by the gateway, by route.',
          unit: 'reqps',
          queries: [
            { expr: rate('http_requests_total', ['route'], '{service="gateway"}'), legend: '{{route}}' },
          ],
        },
        {
          title: 'Failed requests',
          description:
            'Part of all HTTP requests that were answered with 5xx. 503 says: nothing was done, try again.',
          unit: 'percentunit',
          queries: [
            {
              expr: `(${rate('http_requests_total', ['service'], '{status=~"5.."}')} or 0 * ${rate('http_requests_total', ['service'])}) / ${rate('http_requests_total', ['service'])}`,
              legend: '{{service}}',
            },
          ],
        },
        {
          title: 'Refused requests',
          description: 'HTTP requests that were answered with 4xx, by status: what clients got wrong.',
          unit: 'reqps',
          queries: [
            {
              expr: rate('http_requests_total', ['status'], '{service="gateway",status=~"4.."}'),
              legend: '{{status}}',
            },
          ],
        },
        {
          title: 'Latency of accepting a message',
          description: 'How long POST /v1/messages takes until the message is committed.',
          unit: 's',
          queries: [0.5, 0.95, 0.99].map((q) => ({
            expr: quantile(q, 'http_request_duration_seconds', {
              where: '{service="gateway",route="/v1/messages"}',
            }),
            legend: `p${q * 100}`,
          })),
        },
        {
          title: 'Latency by route',
          description: 'The slowest hundredth of requests of each route.',
          unit: 's',
          queries: [
            {
              expr: quantile(0.99, 'http_request_duration_seconds', {
                by: ['route'],
                where: '{service="gateway"}',
              }),
              legend: '{{route}}',
            },
          ],
        },
      ],
    },
    {
      title: 'Saturation',
      panels: [
        {
          title: 'Processor',
          description: 'Seconds of processor time per second; one instance cannot use much more than 1.',
          unit: 'percentunit',
          queries: [
            { expr: rate('process_cpu_seconds_total', ['service'], '{job="parley"}'), legend: '{{service}}' },
          ],
        },
        {
          title: 'Event loop',
          description:
            'By how much the slowest hundredth of timers is late: beyond 0.1 s everything waits for something.',
          unit: 's',
          queries: [{ expr: 'max by (service) (nodejs_eventloop_lag_p99_seconds)', legend: '{{service}}' }],
        },
        {
          title: 'Memory',
          description: 'Resident memory of the largest instance of each service.',
          unit: 'bytes',
          queries: [
            { expr: 'max by (service) (process_resident_memory_bytes{job="parley"})', legend: '{{service}}' },
          ],
        },
        {
          title: 'SQL statements',
          description:
            'Statements per second, without BEGIN and COMMIT. Batches keep it far below the rate of messages.',
          unit: 'reqps',
          queries: [{ expr: rate('db_statements_total', ['service']), legend: '{{service}}' }],
        },
        {
          title: 'Batch size',
          description: 'Items in a batch, on average: larger under load, 1 when there is none.',
          unit: 'short',
          queries: [
            {
              expr: `${rate('batch_size_sum', ['batcher'])} / ${rate('batch_size_count', ['batcher'])}`,
              legend: '{{batcher}}',
            },
          ],
        },
        {
          title: 'Behind',
          description: 'How far projections and outboxes are behind what was committed.',
          unit: 's',
          queries: [
            { expr: 'max(projection_lag_seconds)', legend: 'projection' },
            { expr: 'max by (service) (outbox_lag_seconds)', legend: 'outbox of {{service}}' },
          ],
        },
      ],
    },
  ],
};
