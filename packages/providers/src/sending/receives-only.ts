import type { Provider } from '../provider.ts';

/** The sending side of a provider that only receives. */
export const receivesOnly: Pick<Provider, 'types' | 'honours_idempotency_keys' | 'send'> = {
  types: [],
  honours_idempotency_keys: false,
  send: () =>
    Promise.resolve({ kind: 'refused', code: 'cannot_send', detail: 'this connection only receives' }),
};
