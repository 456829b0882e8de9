/** The columns of `message` as one message of the contract; select them as `prepared<Message>`. */
export const MESSAGE_COLUMNS = `id, account_id, conversation_id, 'outbound' as direction, type, "from", "to", subject,
  body, attachments, status, status_reason, provider, provider_message_id, encoding, segments,
  in_reply_to, metadata, client_reference, "timestamp", created_at, sent_at, delivered_at, read_at, send_at,
  expires_at, from_user_id, to_user_id, trace_id, round`;
