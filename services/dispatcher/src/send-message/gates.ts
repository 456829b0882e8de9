/** A place at the gate, for one call. */
export interface Place {
  /** The call is over: its connection is free for another one. */
  hangUp(): void;
  /** What came of it is recorded, too. Hangs up, if nobody has. */
  leave(): void;
}

/** Lets as many calls to each origin be under way as there are connections to it. */
export interface Gates {
  /** A place for a call to a URL; null when there is none, so that a slow origin holds up no other. */
  enter(url: string): Place | null;
  /** How many may enter for a URL who are not in a hurry: the last eighth is for those who are. */
  free(url: string): number;
}

export interface GatesOptions {
  /** Connections to one origin. */
  connections: number;
  /** Most messages in the hands of this process, from before their claim until their end is recorded. */
  inWork: number;
  /** Hears of every place that became free. */
  onFree?: () => void;
}

const NOT_IN_A_HURRY = 7 / 8;

/**
 * Makes the gates. They stand before the claim, so that a message is taken only when its call can begin at once: a
 * slow provider keeps its messages waiting where anyone can take them, not in a lease that runs out. No origin gets
 * more places than are left for all others together, so there is always one for an origin that was idle.
 */
export function createGates({ connections, inWork, onFree = () => {} }: GatesOptions): Gates {
  const calling = new Map<string, number>();
  let working = 0;

  function leave(origin: string): void {
    const others = (calling.get(origin) ?? 0) - 1;
    if (others > 0) calling.set(origin, others);
    else calling.delete(origin);
    onFree();
  }

  function freeAt(origin: string, share: number): number {
    const here = calling.get(origin) ?? 0;
    return Math.max(0, Math.min(Math.ceil(connections * share), inWork - working) - here);
  }

  return {
    enter: (url) => {
      const origin = originOf(url);
      if (freeAt(origin, 1) === 0) return null;
      calling.set(origin, (calling.get(origin) ?? 0) + 1);
      working += 1;
      const hangUp = once(() => leave(origin));
      const stop = once(() => (working -= 1));
      return {
        hangUp,
        leave: () => {
          hangUp();
          stop();
        },
      };
    },
    free: (url) => freeAt(originOf(url), NOT_IN_A_HURRY),
  };
}

/** What calls to a URL share their connections by. */
export function originOf(url: string): string {
  return URL.parse(url)?.origin ?? url;
}

function once(action: () => void): () => void {
  let done = false;
  return () => {
    if (!done) {
      done = true;
      action();
    }
  };
}
