import { isSecretParameter, MASK } from '@parley/contracts/secret-names';

/** Keys, webhook secrets, passwords of URLs and tokens, as they are written here. A URL ends where another one begins. */
const SECRETS =
  /\b(parley_(?:live_)?|whsec_|whsk_)[\w+/=-]+|(:\/\/[^\s:/@"]+:)[^\s@":]*(?::(?!\/\/)[^\s@":]*)*(?=@)|(\bBearer +)(?=[^\s"])[^\s"\\]*(?:\\.[^\s"\\]*)*/gi;
/**
 * What stands in the query of a URL, also of one that stands there itself; a quotation mark in it is escaped, where the
 * line is JSON.
 */
const PARAMETER =
  /([?&])([^\s"&#=?]{1,64})=(?=[^\s"&#])[^\s"&#\\?]*(?:(?:\\.|\?(?![^\s"&#=?]{1,64}=))[^\s"&#\\?]*)*/g;
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
      (_, kind?: string, url?: string, scheme?: string) => `${kind ?? url ?? scheme ?? ''}${MASK}`,
    )
    .replace(PARAMETER, (whole, mark: string, name: string) =>
      isSecretParameter(name) ? `${mark}${name}=${MASK}` : whole,
    )
    .replace(MAIL, '***@$1')
    .replace(NUMBER, (number) => `***${number.slice(-KEPT_DIGITS)}`);
}

const SUSPICIOUS =
  /[?&][^\s"&#=]{1,64}=|@|%40|(?:\+|%2B)\d|parley_|whsec_|whsk_|bearer|(?<![\w.:-]|":)\d{7,15}(?![\w-]|\.\d)/i;
