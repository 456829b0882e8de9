/** One way of sending through providers that misbehave. */
export interface Part {
  title: string;
  /** Whether providers recognise a repeated key, and the connections are told so. */
  keys: 'honoured' | 'ignored';
  /** What each message says about an outcome that nobody knows; null = whatever its connection's default is. */
  policy: 'hold' | null;
  /** What providers report, as the simulator takes it. */
  receipts: object | 'off';
}

/** Shares of calls. */
export interface Faults {
  /** Answered 429 and not taken. */
  throttled: number;
  /** Answered 500 and not taken. */
  failed: number;
  /** Taken, and then broken off without an answer. */
  broken: number;
}

/** What providers do on a bad day. */
export const BAD_DAY: Faults = { throttled: 0.1, failed: 0.05, broken: 0.01 };

/** Providers know a message by its key, so that whatever is called again is sent once. */
export const keysHonoured: Part = {
  title: 'Providers that honour keys',
  keys: 'honoured',
  policy: null,
  receipts: { duplicate_rate: 0.1, reorder: true, before_response_rate: 0.1 },
};

/** Every call that a provider takes is sent, so that an unknown outcome must not be called again. */
export const keysIgnored: Part = {
  title: 'Providers that ignore keys, unknown outcomes are held',
  keys: 'ignored',
  policy: 'hold',
  receipts: 'off',
};
