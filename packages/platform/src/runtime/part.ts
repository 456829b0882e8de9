/**
 * Something a service is made of: it runs from `start` to `stop`. Parts start in the order of the list and stop
 * in reverse.
 */
export interface Part {
  name: string;
  /** Resolves once the part works, or keeps trying on its own; rejects only when the service cannot run at all. */
  start(): Promise<void>;
  /** Takes nothing new, finishes what is in flight, then resolves. Called once, after `start` has settled. */
  stop(): Promise<void>;
  /** What keeps the service from being ready, in words; null when nothing does. */
  check?(): Promise<string | null>;
}

/** Starts parts one after the other; if one fails, those started are stopped again and the error is thrown. */
export async function startParts(parts: readonly Part[]): Promise<void> {
  const started: Part[] = [];
  try {
    for (const part of parts) {
      await part.start();
      started.push(part);
    }
  } catch (error) {
    await stopParts(started, () => {});
    throw error;
  }
}

/** Stops parts in reverse order; one that fails is reported and does not keep the others from stopping. */
export async function stopParts(
  parts: readonly Part[],
  onError: (part: Part, error: unknown) => void,
): Promise<void> {
  for (const part of parts.toReversed()) {
    try {
      await part.stop();
    } catch (error) {
      onError(part, error);
    }
  }
}
