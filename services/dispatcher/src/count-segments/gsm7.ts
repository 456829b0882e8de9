/** The GSM 7-bit default alphabet (3GPP TS 23.038, 6.2.1): one septet each. */
const BASIC =
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡' +
  'ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà';
/** Its extension table: an escape and a septet each, which belong together. */
const EXTENSION = '\f^{}\\[~]|€';

/** By UTF-16 unit; the alphabet's last one is "€". */
const SEPTETS = new Uint8Array('€'.charCodeAt(0) + 1);
for (const character of BASIC) SEPTETS[character.charCodeAt(0)] = 1;
for (const character of EXTENSION) SEPTETS[character.charCodeAt(0)] = 2;

/** How many septets the GSM 7-bit alphabet needs for a UTF-16 unit, 1 or 2; 0 when it has no such character. */
export function septetsOf(unit: number): number {
  return SEPTETS[unit] ?? 0;
}
