import { createHmac, randomUUID } from 'node:crypto';
import type { Endpoint } from '@parley/launcher/instance/instance-file';
import type { MessageResource } from '@parley/contracts/http/message-resource';
import { answerChecker, type CheckAnswer } from '@parley/testkit';
import { Agent, request } from 'undici';
import { ask, askUntilTaken, methodOf, type Answer, type CallOptions } from './ask.ts';

export type { Answer, CallOptions };

/** What is needed to sign webhooks of a connection, and where they go. */
export type SigningConnection = Endpoint['connections'][string];

/** Talks to a running Parley as its users do. Rejects when an answer is not as the API's own document says. */
export interface ParleyClient {
  call(path: string, options?: CallOptions): Promise<Answer>;
  /** Delivers a webhook whose exact bytes are signed with the connection's secret: one of the demo account, or another. */
  webhook(connection: string | SigningConnection, body: string): Promise<Answer>;
  /** A control call to the simulator. */
  simulator(path: string, options?: CallOptions): Promise<Answer>;
  close(): Promise<void>;
}

/** A client of a Parley; `close` it when done. */
export function parleyClient(endpoint: Endpoint): ParleyClient {
  const dispatcher = new Agent({ connections: 64, bodyTimeout: 120_000, headersTimeout: 120_000 });

  const described = loadDocument(endpoint.baseUrl, dispatcher);

  async function checked(path: string, options: CallOptions): Promise<Answer> {
    const { text, ...answer } = await askUntilTaken(dispatcher, endpoint.baseUrl + path, options);
    const { status, headers } = answer;
    const contentType = String(headers['content-type'] ?? '');
    (await described)(methodOf(options), path, { status, contentType, text });
    return answer;
  }

  return {
    call: (path, options = {}) => {
      const { key = endpoint.apiKey } = options;
      const authorization = key === null ? {} : { authorization: `Bearer ${key}` };
      return checked(path, { ...options, headers: { ...authorization, ...options.headers } });
    },
    webhook: (connection, body) => {
      const target = typeof connection === 'string' ? endpoint.connections[connection] : connection;
      if (target === undefined) throw new Error(`there is no connection ${String(connection)}`);
      return checked(target.path, { method: 'POST', headers: signature(target, body), body });
    },
    simulator: (path, options = {}) => ask(dispatcher, endpoint.simulatorUrl + path, options),
    close: () => dispatcher.close(),
  };
}

async function loadDocument(baseUrl: string, dispatcher: Agent): Promise<CheckAnswer> {
  const response = await request(`${baseUrl}/openapi.json`, { dispatcher });
  return answerChecker(await response.body.json());
}

function signature(target: SigningConnection, body: string): Record<string, string> {
  if (target.scheme === 'hmac-sha256-hex')
    return { [target.header ?? '']: createHmac('sha256', target.secret).update(body).digest('hex') };
  const id = randomUUID();
  const timestamp = String(Math.floor(Date.now() / 1_000));
  const key = Buffer.from(target.secret.replace(/^whsec_/, ''), 'base64');
  const digest = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${digest}` };
}

/** The message in an answer. */
export function messageIn(answer: Answer): MessageResource {
  // The end-to-end tests look at it as a client would, who has only the documentation's word for its shape.
  return answer.body as MessageResource;
}
