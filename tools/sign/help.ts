/** What `--help` prints. */
export const HELP = `npm run sign -- FILE [--connection ID] [--data DIR] [--curl]

Prints the headers that sign FILE as the body of a webhook, one a line, with the secret of a connection of a running
Parley's demo account. FILE is - for standard input. Its bytes are signed as they are: send them unchanged.

  --connection ID  inbox, sms, sms-2 or mail (default inbox)
  --data DIR       the data directory of the running Parley (default .parley)
  --curl           prints the whole curl line instead

  npm run --silent sign -- body.json --connection inbox --curl | sh`;
