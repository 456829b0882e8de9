/** The `status_reason` of a message that waits for its turn in a lane for no other reason, or ended while it did. */
export const WAITING_FOR_TURN = 'waiting_for_turn';
