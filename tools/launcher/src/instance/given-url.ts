import { StartError } from '../start-error.ts';

const FORMS = {
  POSTGRES_URL: {
    protocols: ['postgres:', 'postgresql:'],
    example: 'postgres://user:password@host:5432/database',
  },
  NATS_URL: { protocols: ['nats:', 'tls:'], example: 'nats://user:password@host:4222' },
};

/**
 * The URL of a server that somebody else runs, or undefined when none is given: no option counts as what the
 * environment says, null and an empty text as none. NATS_URL may be several with commas. Throws `bad_usage` for what
 * is no such URL; it is not repeated there, for it may hold a password.
 */
export function givenUrl(name: keyof typeof FORMS, option: string | null | undefined): string | undefined {
  const given = option === undefined ? process.env[name] : option;
  if (!given) return undefined;
  const { protocols, example } = FORMS[name];
  const servers = name === 'NATS_URL' ? given.split(',') : [given];
  const isOne = (url: URL | null): boolean =>
    !!url && protocols.includes(url.protocol) && url.hostname !== '';
  if (servers.every((server) => isOne(URL.parse(server.trim())))) return given;
  throw new StartError('bad_usage', `${name} has to be of the form ${example}.`);
}
