import { StartError } from '@parley/launcher/start-error';
import { providerNamed } from '@parley/providers/registry';
import type { SigningConnection } from './find-connection.ts';

/** The headers that sign a body which is sent at `at` (epoch ms), by name. Throws `bad_usage` for an unknown provider. */
export function signBody(
  body: Buffer,
  { provider, url, secret }: SigningConnection,
  at: number,
): Record<string, string> {
  const known = providerNamed(provider);
  if (known === null) throw new StartError('bad_usage', `Nobody here knows how ${provider} signs.`);
  return known.sign({ url, body, at }, secret);
}

/** These headers as curl and .http files take them, one a line. */
export function headerLines(headers: Record<string, string>): string {
  return Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}`)
    .join('\n');
}

/** A line for a POSIX shell that sends the file with these headers. */
export function curlLine(file: string, url: string, headers: Record<string, string>): string {
  const all = { 'content-type': 'application/json', ...headers };
  const options = Object.entries(all).map(([name, value]) => `-H ${quoted(`${name}: ${value}`)}`);
  return ['curl', '-sS', '-w', `'\\n'`, quoted(url), ...options, '--data-binary', quoted(`@${file}`)].join(
    ' ',
  );
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
