import type { Priority } from '@parley/contracts/sending-choices';

/** Leaves the gate, once. */
export type Leave = () => void;

/** Lets as many calls to each origin begin as there are connections to it. */
export interface Gates {
  /**
   * Waits for a free connection to the origin of a URL; urgent callers before all others, else in order. Null when
   * the caller should come back later: at once when as many of its priority wait there as there are connections, so
   * that a slow origin holds up no other; else when it took too long.
   */
  enter(url: string, priority: Priority): Promise<Leave | null>;
  /** Sends away everyone who waits, and everyone who comes. */
  close(): void;
}

export interface GatesOptions {
  /** Connections to one origin, and the most who wait for one, of each priority. */
  connections: number;
  /** Who waited longer than this is sent away, ms. */
  maxWaitMs: number;
}

interface Waiting {
  since: number;
  admit(leave: Leave | null): void;
}

interface Gate {
  inside: number;
  queues: Record<Priority, Waiting[]>;
}

/**
 * Makes the gates. They stand before the claim, so that a message is taken only when its call can begin at once: a
 * slow provider keeps its messages waiting where anyone can take them, not in a lease that runs out.
 */
export function createGates({ connections, maxWaitMs }: GatesOptions): Gates {
  const gates = new Map<string, Gate>();
  let closed = false;

  function leave(origin: string, gate: Gate): void {
    for (let next = takeNext(gate); next !== undefined; next = takeNext(gate)) {
      if (performance.now() - next.since <= maxWaitMs) return next.admit(once(() => leave(origin, gate)));
      next.admit(null);
    }
    gate.inside -= 1;
    if (gate.inside === 0) gates.delete(origin);
  }

  return {
    enter: (url, priority) => {
      if (closed) return Promise.resolve(null);
      const origin = URL.parse(url)?.origin ?? url;
      const gate = gates.get(origin) ?? { inside: 0, queues: { high: [], normal: [] } };
      gates.set(origin, gate);
      if (gate.inside < connections) {
        gate.inside += 1;
        return Promise.resolve(once(() => leave(origin, gate)));
      }
      const queue = gate.queues[priority];
      if (queue.length >= connections) return Promise.resolve(null);
      return new Promise((admit) => queue.push({ since: performance.now(), admit }));
    },
    close: () => {
      closed = true;
      for (const gate of gates.values())
        for (let next = takeNext(gate); next !== undefined; next = takeNext(gate)) next.admit(null);
    },
  };
}

function takeNext({ queues }: Gate): Waiting | undefined {
  return queues.high.shift() ?? queues.normal.shift();
}

function once(action: () => void): Leave {
  let done = false;
  return () => {
    if (!done) action();
    done = true;
  };
}
