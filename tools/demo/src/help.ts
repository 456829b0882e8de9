/** What `--help` prints. */
export const HELP = `npm run demo [-- --data DIR] [--pace MS]

Tells a story of one customer and a flower shop, as it happens: texts, an e-mail in the same conversation, a
provider that fails, a message for later, a STOP. It ends with the conversation and with what happened to one message.

It uses the Parley that runs on the data directory, and leaves it as it is but for the story's two users and their
messages. Where none runs it starts one of its own, on free ports, and removes it afterwards.

  --data DIR    data directory of the Parley to use (default .parley)
  --pace MS     how long to wait after each line (default: 700 on a terminal, else 0)`;
