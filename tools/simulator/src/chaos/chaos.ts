import { fractionAt } from './random.ts';
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
}

/** Streams of random numbers, one for each kind of decision, so that none shifts another. */
const STREAM = { call: 1, failed: 2, duplicate: 3, before: 4, order: 5, duplicateOrder: 6 };

/** Least spread of reordered receipts, ms. */
const MIN_SPREAD_MS = 200;

/** The fault of the call with this number since the setting was made. */
export function faultAt(setting: ChaosSetting, index: number): Fault {
  const draw = fractionAt(setting.seed, STREAM.call, index);
  if (draw < setting.rate_429) return 'throttle';
  if (draw < setting.rate_429 + setting.rate_500) return 'fail';
  return draw < setting.rate_429 + setting.rate_500 + setting.drop_rate ? 'drop' : 'none';
}

/** What is reported of the message accepted with this number since the setting was made; null = nothing. */
export function receiptPlanAt({ seed, receipts }: ChaosSetting, index: number): ReceiptPlan | null {
  if (receipts === 'off') return null;
  const draw = (stream: number) => fractionAt(seed, stream, index);
  const spread = 2 * Math.max(receipts.delay_ms, MIN_SPREAD_MS / 2);
  const delay = (stream: number) =>
    receipts.reorder ? Math.floor(draw(stream) * spread) : receipts.delay_ms;
  const duplicated = draw(STREAM.duplicate) < receipts.duplicate_rate;
  return {
    failed: draw(STREAM.failed) < receipts.failed_rate,
    before_response: draw(STREAM.before) < receipts.before_response_rate,
    delays_ms: duplicated ? [delay(STREAM.order), delay(STREAM.duplicateOrder)] : [delay(STREAM.order)],
  };
}

/** The chaos in force: a setting, and how many calls and messages have met it. */
export class Chaos {
  #setting = NO_CHAOS;
  #calls = 0;
  #accepted = 0;

  get setting(): ChaosSetting {
    return this.#setting;
  }

  /** Replaces the whole setting and begins to count anew. */
  set(setting: ChaosSetting): void {
    this.#setting = setting;
    this.#calls = 0;
    this.#accepted = 0;
  }

  nextFault(): Fault {
    return faultAt(this.#setting, this.#calls++);
  }

  nextReceiptPlan(): ReceiptPlan | null {
    return receiptPlanAt(this.#setting, this.#accepted++);
  }
}
