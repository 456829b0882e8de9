/**
 * The parameters behind the `?`; those without a value are left out. A "+" stands for itself and not for a blank,
 * as phone numbers begin with one.
 */
export function readQuery(query: string): Record<string, string> {
  const parameters = new URLSearchParams(query.replaceAll('+', '%2B'));
  return Object.fromEntries([...parameters].filter(([, value]) => value !== ''));
}
