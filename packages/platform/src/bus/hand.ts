/** What a consumer holds at once: messages that are being handled. */
export interface Hand {
  take(work: Promise<void>): void;
  isFull(): boolean;
  /** Resolves when one more can be taken. For one waiter at a time. */
  untilFree(): Promise<void>;
  untilEmpty(): Promise<void>;
}

/** Makes a hand that is full with `size` things in it. The promises it takes must not reject. */
export function createHand(size: number): Hand {
  const inHand = new Set<Promise<void>>();
  // One waiter is woken, instead of a race of all in hand, which would cost each of them once per message.
  let wake = (): void => {};
  return {
    take: (work) => {
      const taken = work.finally(() => {
        inHand.delete(taken);
        wake();
      });
      inHand.add(taken);
    },
    isFull: () => inHand.size >= size,
    untilFree: () => new Promise((resolve) => (wake = resolve)),
    untilEmpty: async () => {
      await Promise.all(inHand);
    },
  };
}
