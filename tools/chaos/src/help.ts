/** What `--help` prints. */
export const HELP = `npm run chaos -- --scenario NAME [OPTIONS]

Starts a Parley of its own (temporary data, free ports, PostgreSQL with fsync), lets things go wrong while messages
are sent, waits until every accepted message is at its end or held, and holds what the client was told, what the
database has and what the providers sent against each other, message by message. Everything it started is stopped
and removed again. The exit code is 1 when something is not as promised; the ids are printed and the data is kept.

  --scenario providers   providers that throttle (10 % of calls), fail (5 %) and take a message and then break off
                         (1 %), while receipts come twice, out of order and before the answer: every message is sent
                         exactly once. Then the same with providers that do not honour idempotency keys and messages
                         that ask to be held: none is sent twice, and held are exactly those broken off.
  --scenario unknowns    only the second half of it
  --scenario schedule    20,000 messages that are due within the same ten seconds (--rate a second for --seconds):
                         none may be on the bus before it is due, and 99 of 100 have to be there within a second
  --scenario lanes       200,000 messages of one sender wait in a lane of 100/s, served by three dispatchers: no more
                         than 105 go out in any second, no less than 95 on average, and those that wait are not
                         rewritten. Then, in a lane of 500/s, another account's messages and one-time codes of the
                         same sender take at most double the time that they take alone
  --scenario crashes     the same as providers, while services, NATS with its whole store, and PostgreSQL are killed
                         one after the other

  --seed N          the faults: the same seed, the same n-th call, the same fault (default 1)
  --seconds S       how long messages are sent (default 60; schedule 10; lanes 30)
  --rate N          messages a second, whatever the answers do (default 500; schedule 2,000; crashes 300)
  --backlog N       messages that wait in the lane (default 200,000)
  --data DIR        an empty directory for data and logs, which stay (default: a temporary one)
  --help`;
