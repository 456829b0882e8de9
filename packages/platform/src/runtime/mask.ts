/** Keys, webhook secrets, and passwords in URLs, as they are written here. */
const SECRETS =
  /\b(parley_(?:live_)?|whsec_|whsk_)[\w+/=-]+|(:\/\/[^\s:/@"]+:)[^\s@"]+(?=@)|(\bBearer +)[^\s"]+/gi;
const MAIL = /[^\s"'<>()[\]{}:,;@\\]+@([\w-]+(?:\.[\w-]+)+)/g;
/** In international form, however it is spaced, or a run of digits that is no part of an id or a JSON number. */
const NUMBER = /\+\d[\d ().-]{4,}\d|(?<![\w.:-]|":)\d{7,15}(?![\w.-])/g;

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
      (_, kind?: string, url?: string, bearer?: string) => `${kind ?? url ?? bearer ?? ''}***`,
    )
    .replace(MAIL, '***@$1')
    .replace(NUMBER, (number) => `***${number.slice(-KEPT_DIGITS)}`);
}

const SUSPICIOUS = /@|\+\d|parley_|whsec_|whsk_|bearer|(?<![\w.:-]|":)\d{7,15}(?![\w.-])/i;
