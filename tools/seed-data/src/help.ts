/** What `--help` prints. */
export const HELP = `npm run seed-data -- --messages N [OPTIONS]

Gives a running Parley many messages to look at. They are written into the tables of dispatcher and ingest with what
their providers called them, and told on the bus: reporting lists, files and counts them as it does all others.
Nothing is sent. What it makes looks like a year of a busy account: SMS, MMS and e-mail in both directions, a few senders
and many customers, most delivered, some failed.

  --messages N   how many (up to 100,000,000)
  --account ID   whose; it must exist (default demo)
  --days N       over how many days up to now they are spread (default 365)
  --data DIR     the data directory of the running Parley (default .parley)
  --help

It ends when reporting shows everything. Ctrl-C stops it between two batches; what is made by then stays.`;
