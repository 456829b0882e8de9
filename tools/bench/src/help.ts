/** What `--help` prints. */
export const HELP = `npm run bench [-- OPTIONS]

Starts a Parley of its own (temporary data, free ports, PostgreSQL with fsync), calibrates the machine, sends
single messages with POST /v1/messages over keep-alive HTTP connections, waits until every accepted message has
gone all the way, compares the counts and prints a table. Everything it started is stopped and removed again.

  --scenario NAME   sending (default), search, stats or follow:
                    search: how long lists of messages take. It fills one account with messages and asks over HTTP
                    for each filter alone and in pairs, for what little has, for texts and for pages far down; each
                    question twice, the second time counts. Only --messages, --pages, --data and --json matter then
                    stats: how long statistics take. It fills one account with messages of two years and asks over
                    HTTP for all time, years, months and days, 21 times each. Only --messages, --data and --json matter then
                    follow: how soon lists, search, conversations and statistics show what was answered 202, under
                    load (500/s unless --rate says otherwise), found by asking again and again. Only --seconds,
                    --connections, --rate and --json matter then
  --messages N      search and stats: how many messages (default 2000000)
  --pages N         search: how many pages of 50 are walked (default 10000)
  --data DIR        search and stats: keeps the messages in DIR, where the next run finds them instead of making its own
  --seconds S       length of the measured window (default 20; 5 s of warm-up and an ANALYZE come before)
  --connections N   keep-alive connections, one request on each at a time (default 64)
  --rate N          open loop: N requests a second whatever the answers do; latency counts from the moment a
                    request should have started (to 1 ms), so waiting for a free connection is part of it
                    (default: closed loop, every connection sends as soon as it has its answer)
  --receipts on|off whether the provider reports each delivery: one more HTTP request and one more pass through
                    the system per message (default off)
  --keys            an Idempotency-Key of its own for each request
  --profile DIR     writes each process's CPU profile to DIR (slows them down)
  --json            one line of JSON on standard output instead of the table; "npm run --silent bench -- --json"
                    keeps npm's own lines away
  --help

What the figures mean:
  accepted_per_s    answers 202 within the measured window, divided by its length.
  end_to_end_per_s  the same messages, divided by the time from the opening of the window until every message
                    accepted until then, warm-up included, was accepted by the provider and shows as sent (with
                    receipts: delivered) in /v1/stats. A backlog therefore lowers it.
  accept_ms         from the (intended) start of a request until its 202.
  delivered_ms      from created_at until sent_at (with receipts: delivered_at) of up to 1,000 messages of the
                    window, picked at random.
  accepted          answers 202 from the first request to the last, warm-up included.
  effects           different messages that the provider accepted.
  projected         messages in /v1/stats.
  lost              accepted, less the smaller of effects and projected.
  duplicates        calls to the provider beyond those effects, and effects and projected messages beyond those
                    accepted (requests whose outcome nobody was told are not counted against it).
  sql_statements_per_message, cpu_s_per_1000
                    from the first request until everything had gone all the way, over all messages accepted.
  rss_mb            at the end of the window; of PostgreSQL all processes, shared memory counted once.

The exit code is 1 when messages were lost, duplicated or did not get all the way.`;
