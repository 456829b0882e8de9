import {
  createInbox,
  headers,
  NoRespondersError,
  TimeoutError,
  type Msg,
  type MsgHdrs,
  type NatsConnection,
} from '@nats-io/transport-node';

/** An answer, whole, in however many parts it came. */
export interface Answer {
  headers: MsgHdrs | undefined;
  text: string;
}

export interface AskOptions {
  timeoutMs: number;
  headers?: MsgHdrs;
}

/**
 * Sends a request and waits for the whole answer, `timeoutMs` at most. Rejects with NoRespondersError, TimeoutError,
 * or what the client says of its connection.
 */
export type Ask = (subject: string, request: Uint8Array, options: AskOptions) => Promise<Answer>;

interface Waiting {
  parts: Uint8Array[];
  resolve(answer: Answer): void;
  reject(error: Error): void;
}

/** `<number>/<count>`, only where there are several. */
const PART_HEADER = 'Parley-Part';
/** Fits into a message whatever the server allows: its own default is twice as much. */
const PART_BYTES = 500_000;
const MAX_PARTS = 120;
const NO_RESPONDERS = 503;

/** Makes the function to ask with over a connection: all answers come over one subscription. */
export function createAsk(nc: NatsConnection, prefix: string): Ask {
  const inbox = createInbox(prefix);
  const waiting = new Map<string, Waiting>();
  let asked = 0;

  function take(error: Error | null, message: Msg): void {
    // The subscription itself failed: whoever waits runs out of time.
    if (error !== null) return;
    const asker = waiting.get(message.subject.slice(inbox.length + 1));
    if (asker === undefined) return;
    if (message.data.length === 0 && message.headers?.code === NO_RESPONDERS)
      return asker.reject(new NoRespondersError(message.subject));
    const [number, count] = (message.headers?.get(PART_HEADER) || '1/1').split('/').map(Number);
    asker.parts[(number ?? 1) - 1] = message.data;
    // Holes in the array are parts that have not come yet.
    if (Object.keys(asker.parts).length === count)
      asker.resolve({ headers: message.headers, text: Buffer.concat(asker.parts).toString('utf8') });
  }

  return async (subject, request, { timeoutMs, ...options }) => {
    if (asked === 0) nc.subscribe(`${inbox}.*`, { callback: take });
    asked += 1;
    const token = String(asked);
    let timer: NodeJS.Timeout | undefined;
    try {
      return await new Promise((resolve, reject) => {
        waiting.set(token, { parts: [], resolve, reject });
        timer = setTimeout(() => reject(new TimeoutError()), timeoutMs);
        nc.publish(subject, request, { ...options, reply: `${inbox}.${token}` });
      });
    } finally {
      clearTimeout(timer);
      waiting.delete(token);
    }
  };
}

/** Answers a request, in parts if need be. Throws, and sends nothing, when the answer is larger than 60 MB. */
export function sendAnswer(message: Msg, answer: Uint8Array): void {
  const count = Math.ceil(answer.length / PART_BYTES);
  if (count > MAX_PARTS) throw new RangeError(`an answer of ${answer.length} bytes is too large`);
  if (count <= 1) return void message.respond(answer);
  for (let number = 1; number <= count; number += 1) {
    const part = headers();
    part.set(PART_HEADER, `${number}/${count}`);
    message.respond(answer.subarray((number - 1) * PART_BYTES, number * PART_BYTES), { headers: part });
  }
}
