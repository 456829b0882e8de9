import type { Message } from '@parley/contracts/message';
import type { ChangeItem, ChangeReply, Resolution } from '@parley/contracts/requests/change-messages';
import type { Priority } from '@parley/contracts/sending-choices';
import type { Note } from '../notes/add-notes.ts';

/** A message as it stands while nobody else can move it, and what judging a request to change it needs besides. */
export interface Standing {
  message: Message & { expires_at: string };
  priority: Priority;
  /** When the time of its round began; null in the first round. */
  round_from: string | null;
  /** How often it was to be sent again after a provider had taken it. */
  resends: number;
  /** Since when it stands so. */
  changed_at: string;
  /** When the first call of this round began of which nobody knows whether it sent the message; null for none. */
  unknown_at: string | null;
  /** What a person found out last, and about which round; null = nobody was asked. */
  resolved: Resolved | null;
  /** Whether the latest consent of its recipient says out. */
  opted_out: boolean;
  /** Its calls to providers so far, in all rounds. */
  calls: CallCounts;
}

/** What a person found out about a held message. */
export interface Resolved {
  outcome: Resolution;
  round: number;
}

/** How many calls were made for a message, and whether any of them sent it. */
export interface CallCounts {
  made: number;
  /** A provider took it, whichever call that was. */
  taken: boolean;
  /** Nobody knows of some call whether it sent the message. */
  unknown: boolean;
}

/** What a request can change; what is left out stays. */
export type Move = Partial<
  Pick<
    Message,
    'status' | 'status_reason' | 'round' | 'provider' | 'provider_message_id' | 'sent_at' | 'read_at'
  > & {
    expires_at: string;
    /** For a new round: when it begins, and with it the work to send the message. */
    round_from: string;
    resends: number;
    resolved: Resolved;
  }
>;

/** What is to become of a request. */
export type Judgement =
  | Extract<ChangeReply, { outcome: 'refused' }>
  /** It is as asked for already. */
  | { outcome: 'stands' }
  | { outcome: 'move'; move: Move; note: Pick<Note, 'event' | 'provider' | 'summary' | 'details'> | null };

/** Judges a request to change one message; `now` in epoch ms. */
export type Judge<Item extends ChangeItem> = (standing: Standing, item: Item, now: number) => Judgement;

/** The judgement on what is not possible as the message stands. */
export function conflict(detail: string): Judgement {
  return { outcome: 'refused', code: 'conflict', detail };
}
