/** How far a message has come. */
export interface MessageState {
  status: string;
  status_reason: string | null;
}

/** A message as the database has it. */
export interface StoredMessage extends MessageState {
  id: string;
}

/** How many messages have come so far. */
export interface StateCount extends MessageState {
  count: number;
}

/** A call as the providers saw it. */
export interface ProviderCall {
  /** When it came, epoch ms. */
  at: number;
  /** The message that it was about; null where the key is none of ours. */
  message: string | null;
  /** Of the answer; null = the connection was broken without one. */
  status: number | null;
  /** Whether this call made the provider send the message. */
  sent: boolean;
}

/** What everybody who was there remembers of the same messages. Ids are bare UUIDs. */
export interface Ledgers {
  /** Of the client: ids in answers of 202. */
  answered: readonly string[];
  /** Of the client: requests of which it never learned whether they were accepted. */
  unanswered: number;
  stored: readonly StoredMessage[];
  calls: readonly ProviderCall[];
  /** Messages that the statistics count. */
  counted: number;
}

/** The status of a message, or that it is held. */
export function nameOfState(message: MessageState): string {
  return isHeld(message) ? 'held' : message.status;
}

/** Whether nobody knows if it was sent, and it waits for somebody to find out. */
export function isHeld({ status, status_reason }: MessageState): boolean {
  return status === 'sending' && status_reason === 'outcome_unknown';
}
