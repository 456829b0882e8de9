import { BUS_USERS, inboxPrefix, type BusUser, type BusUserName } from './bus-users.ts';
import { STREAMS, type StreamDefinition } from './streams.ts';

/** What a user may do on the bus; subjects may hold wildcards, and what is not named is refused. */
export interface BusPermissions {
  publish: string[];
  subscribe: string[];
  /** Whether it may answer requests, wherever their sender waits for the answer. */
  may_answer: boolean;
}

const ALL_STREAMS: readonly StreamDefinition[] = Object.values(STREAMS);

/** The rights that a service needs for what `BUS_USERS` says of it, and no more. */
export function permissionsOf(name: BusUserName): BusPermissions {
  const user: BusUser = BUS_USERS[name];
  const taken = ALL_STREAMS.flatMap((stream) =>
    stream.durables
      .filter((durable) => user.takes.includes(durable.name))
      .map((durable) => ({ stream, durable })),
  );
  const publish = [
    ...[...user.asks, ...user.tells].map(({ subject }) => subject),
    ...taken.flatMap(({ stream, durable }) => toTake(stream.name, durable.name)),
    ...(user.keeps_streams ? ALL_STREAMS.flatMap(toKeep) : []),
  ];
  const subscribe = [...user.answers, ...user.hears].map(({ subject }) => subject);
  return {
    publish: [...new Set(publish)].sort(),
    subscribe: [...new Set([...subscribe, `${inboxPrefix(name)}.>`])].sort(),
    may_answer: user.answers.length > 0,
  };
}

/** To read a durable, acknowledge what it gave, and see how it and its stream stand. */
function toTake(stream: string, durable: string): string[] {
  return [
    `$JS.API.STREAM.INFO.${stream}`,
    `$JS.API.CONSUMER.INFO.${stream}.${durable}`,
    `$JS.API.CONSUMER.MSG.NEXT.${stream}.${durable}`,
    `$JS.ACK.${stream}.${durable}.>`,
  ];
}

/**
 * To look at a stream and its durables, and to make what is missing; never to change a stream, nor to empty or delete
 * anything. What makes a durable also changes it: the subject does not tell them apart.
 */
function toKeep({ name, durables }: StreamDefinition): string[] {
  return [
    `$JS.API.STREAM.INFO.${name}`,
    `$JS.API.STREAM.CREATE.${name}`,
    ...durables.flatMap((durable) => [
      `$JS.API.CONSUMER.INFO.${name}.${durable.name}`,
      `$JS.API.CONSUMER.CREATE.${name}.${durable.name}.${durable.filter}`,
    ]),
  ];
}
