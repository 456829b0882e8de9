/** What is known of a durable at one moment. */
export interface Progress {
  /** Epoch ms. */
  at: number;
  /** The newest message of the stream. */
  last_seq: number;
  /** Everything up to this message is settled. */
  settled_seq: number;
  /** Messages of the durable that are not settled. */
  outstanding: number;
}

/** Moments that are remembered; of longer stretches fewer are kept. */
const MAX_MOMENTS = 600;

/**
 * Makes the function that tells since when the oldest message that is not settled has been there, s, from looking at
 * the durable again and again: as exactly as it is looked at, and no earlier than since the first look. So nobody needs
 * the right to read what is in the stream.
 */
export function createOldestAge(): (progress: Progress) => number {
  let moments: Pick<Progress, 'at' | 'last_seq'>[] = [];
  return ({ at, last_seq, settled_seq, outstanding }) => {
    const newest = moments.at(-1);
    // The stream was made anew.
    if (newest !== undefined && last_seq < newest.last_seq) moments = [];
    if (newest?.last_seq !== last_seq) moments.push({ at, last_seq });
    const first = moments.findIndex((moment) => moment.last_seq > settled_seq);
    moments = first < 0 ? moments.slice(-1) : moments.slice(first);
    if (moments.length > MAX_MOMENTS) moments = moments.filter((_, index) => index % 2 === 0);
    return outstanding === 0 || first < 0 ? 0 : (at - (moments[0]?.at ?? at)) / 1_000;
  };
}
