/** Keys, webhook secrets, passwords and what the query of a URL calls a secret, as they are written here. */
const SECRETS =
  /\b(parley_(?:live_)?|whsec_|whsk_)[\w+/=-]+|(:\/\/[^\s:/@"]+:)[^\s@"]+(?=@)|(\bBearer +|[?&][\w.-]*(?:signature|api[-_]?key|token|secret|passw)[\w.-]*=)[^\s"&#]+/gi;
// Bounded, so that a long line costs no more than its length.
const MAIL = /[^\s"'<>()[\]{}:,;@\\/=&?]{1,64}(?:@|%40)([\w-]+(?:\.[\w-]+)+)/gi;
/** In international form, however it is spaced, also as in a URL, or a run of digits that is no part of an id or a JSON number. */
const NUMBER = /(?:\+|%2B)\d[\d ().-]{4,20}\d|(?<![\w.:-]|":)\d{7,15}(?![\w-]|\.\d)/gi;

const KEPT_DIGITS = 2;

/**
 * A log line without secrets, e-mail addresses and telephone numbers, whoever put them there: of a number its last two
 * digits stay, of an address its domain.
 */
export function mask(line: string): string {
  // Nearly every line has none of it, and finding that out has to cost next to nothing.
  if (!SUSPICIOUS.test(line)) return line;
  return line
    .replace(
      SECRETS,
      (_, kind?: string, url?: string, called?: string) => `${kind ?? url ?? called ?? ''}***`,
    )
    .replace(MAIL, '***@$1')
    .replace(NUMBER, (number) => `***${number.slice(-KEPT_DIGITS)}`);
}

const SUSPICIOUS =
  /[?&][\w.-]+=|@|%40|(?:\+|%2B)\d|parley_|whsec_|whsk_|bearer|(?<![\w.:-]|":)\d{7,15}(?![\w-]|\.\d)/i;
