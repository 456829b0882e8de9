import { createHmac } from 'node:crypto';
import { permissionsOf } from '@parley/contracts/bus-permissions';
import { BUS_USER_NAMES, type BusUserName } from '@parley/contracts/bus-users';

/** Answers travel in up to 120 parts; whoever needs longer than this has lost its asker. */
const ANSWERS = '{ max: 128, expires: "30s" }';

/**
 * One user per service as nats-server's configuration has it, with exactly the rights of the contracts.
 * `passwordOf` gives what stands for a password there: a quoted text, or a variable of the environment.
 */
export function natsUsers(passwordOf: (user: BusUserName) => string): string {
  return BUS_USER_NAMES.map((name) => natsUser(name, passwordOf(name))).join('\n');
}

/** What `ops/nats/users.conf` holds: the same users, their passwords from the environment. */
export function natsUsersFile(): string {
  return `# Made by tools/launcher/src/servers/write-nats-users.ts of what packages/contracts says; not edited by hand.
# Each password comes from the environment. It begins with a letter: nats-server would read others as numbers.
authorization {
  users = [
${natsUsers((name) => `$NATS_${name.toUpperCase()}_PASSWORD`)}
  ]
}
`;
}

/** The password of one user, derived from that of the server: from it nobody can tell another's. */
export function natsUserPassword(serverPassword: string, user: BusUserName): string {
  return createHmac('sha256', serverPassword).update(`nats user ${user}`).digest('hex');
}

/** The URL with which a service connects, made of one that may do everything. */
export function natsUrlOf(url: string, user: BusUserName): string {
  const own = new URL(url);
  own.password = natsUserPassword(decodeURIComponent(own.password), user);
  own.username = user;
  return own.href;
}

function natsUser(name: BusUserName, password: string): string {
  const { publish, subscribe, may_answer } = permissionsOf(name);
  return [
    '    {',
    `      user: ${name}, password: ${password}`,
    '      permissions {',
    `        publish { allow: ${list(publish)} }`,
    `        subscribe { allow: ${list(subscribe)} }`,
    ...(may_answer ? [`        allow_responses: ${ANSWERS}`] : []),
    '      }',
    '    }',
  ].join('\n');
}

function list(subjects: readonly string[]): string {
  return `[\n${subjects.map((subject) => `          ${JSON.stringify(subject)}`).join('\n')}\n        ]`;
}
