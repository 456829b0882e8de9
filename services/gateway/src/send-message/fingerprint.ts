import { hash } from 'node:crypto';

/** SHA-256, hex, of a route and a JSON value; the order of an object's members makes no difference. */
export function fingerprintOf(route: string, value: unknown): string {
  return hash('sha256', `${route}\n${canonicalJson(value)}`, 'hex');
}

function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([name, part]) => `${JSON.stringify(name)}:${canonicalJson(part)}`).join(',')}}`;
}
