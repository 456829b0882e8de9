import { RecentMap } from '../calls/recent-map.ts';
import { fractionAt, placeOf } from './random.ts';
import { NO_CHAOS, type ChaosSetting } from './setting.ts';

/** A fault that a call meets. */
export type Fault = 'none' | 'throttle' | 'fail' | 'drop';

/** What a provider will report of a message. */
export interface ReceiptPlan {
  failed: boolean;
  /** Delivered before the call is answered. */
  before_response: boolean;
  /** When it is delivered, and once more if there are two, ms after the answer. */
  delays_ms: number[];
  /** When it is told that it was read, if it was, ms after the answer. */
  read_ms: number;
}

/** Streams of random numbers, one for each kind of decision, so that none shifts another. */
const STREAM = { call: 1, failed: 2, duplicate: 3, before: 4, order: 5, duplicateOrder: 6, read: 7 };

/** How long after it arrived a message is read where nothing is reordered, ms. */
const READ_AFTER_MS = 100;

/** Least spread of reordered receipts, ms. */
const MIN_SPREAD_MS = 200;

/** The fault at a place of the random numbers. */
export function faultAt(setting: ChaosSetting, place: number): Fault {
  const draw = fractionAt(setting.seed, STREAM.call, place);
  if (draw < setting.rate_429) return 'throttle';
  if (draw < setting.rate_429 + setting.rate_500) return 'fail';
  return draw < setting.rate_429 + setting.rate_500 + setting.drop_rate ? 'drop' : 'none';
}

/** What is reported of a message that was accepted at a place of the random numbers; null = nothing. */
export function receiptPlanAt({ seed, receipts }: ChaosSetting, place: number): ReceiptPlan | null {
  if (receipts === 'off') return null;
  const draw = (stream: number) => fractionAt(seed, stream, place);
  const spread = 2 * Math.max(receipts.delay_ms, MIN_SPREAD_MS / 2);
  const delay = (stream: number) =>
    receipts.reorder ? Math.floor(draw(stream) * spread) : receipts.delay_ms;
  const duplicated = draw(STREAM.duplicate) < receipts.duplicate_rate;
  return {
    failed: draw(STREAM.failed) < receipts.failed_rate,
    before_response: draw(STREAM.before) < receipts.before_response_rate,
    delays_ms: duplicated ? [delay(STREAM.order), delay(STREAM.duplicateOrder)] : [delay(STREAM.order)],
    read_ms: receipts.reorder ? delay(STREAM.read) : receipts.delay_ms + READ_AFTER_MS,
  };
}

/** The chaos in force: a setting, and how many calls to each recipient have met it. */
export class Chaos {
  #setting = NO_CHAOS;
  #calls = new RecentMap<number>();

  get setting(): ChaosSetting {
    return this.#setting;
  }

  /** Replaces the whole setting and begins to count anew. */
  set(setting: ChaosSetting): void {
    this.#setting = setting;
    this.#calls = new RecentMap();
  }

  /**
   * What the next call to a recipient through a connection meets. It follows from the seed and from how many such
   * calls there were since the setting, so it does not depend on when the calls to others come.
   */
  meet(connection: string, to: string): { fault: Fault; receipt: ReceiptPlan | null } {
    const place = leavesToChance(this.#setting) ? this.#nextPlace(`${connection} ${to}`) : 0;
    return { fault: faultAt(this.#setting, place), receipt: receiptPlanAt(this.#setting, place) };
  }

  #nextPlace(name: string): number {
    const nth = this.#calls.get(name) ?? 0;
    this.#calls.set(name, nth + 1);
    return placeOf(name, nth);
  }
}

function leavesToChance({ rate_429, rate_500, drop_rate, receipts }: ChaosSetting): boolean {
  if (rate_429 + rate_500 + drop_rate > 0) return true;
  if (receipts === 'off') return false;
  const { duplicate_rate, reorder, before_response_rate, failed_rate } = receipts;
  return reorder || duplicate_rate + before_response_rate + failed_rate > 0;
}
