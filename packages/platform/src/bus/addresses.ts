/** Where NATS is, and how to log in there. */
export interface NatsAddresses {
  /** `host` or `host:port` of each server; no credentials. */
  servers: string[];
  user?: string;
  pass?: string;
  /** There when the connection has to be encrypted: as soon as one URL says `tls://`. */
  tls?: Record<never, never>;
}

/**
 * Reads NATS_URL: one `nats://` or `tls://` URL, or several of one cluster with commas between them; the first
 * one's credentials are for all. Null when it is none.
 */
export function natsAddresses(text: string): NatsAddresses | null {
  const urls = text.split(',').flatMap((part) => URL.parse(part.trim()) ?? []);
  const [first] = urls;
  if (first === undefined || urls.length < text.split(',').length || !urls.every(isOfNats)) return null;
  try {
    return {
      servers: urls.map(({ host }) => host),
      ...(first.username !== '' && {
        user: decodeURIComponent(first.username),
        pass: decodeURIComponent(first.password),
      }),
      ...(urls.some(({ protocol }) => protocol === 'tls:') && { tls: {} }),
    };
  } catch {
    // A per cent sign that stands for nothing.
    return null;
  }
}

function isOfNats({ protocol, hostname }: URL): boolean {
  return (protocol === 'nats:' || protocol === 'tls:') && hostname !== '';
}
