/** The columns of `consent` as one line of the contract; select them as `prepared<ConsentEntry>`. */
export const CONSENT_COLUMNS = 'id, account_id, type_class, address, state, source, evidence, received_at';
