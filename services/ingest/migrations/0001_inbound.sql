-- The truth about what providers handed us.

create table inbound_message (
  id uuid primary key,
  account_id text not null,
  connection_id text not null,
  -- The provider's id of the event. One event is stored once, and the first content stays.
  provider_message_id text not null,
  conversation_id uuid not null,
  type text not null,
  "from" text not null,
  "to" text not null,
  subject text,
  body text,
  attachments jsonb not null,
  "timestamp" timestamptz(3) not null,
  created_at timestamptz(3) not null,
  from_user_id uuid,
  to_user_id uuid,
  trace_id text,
  -- When somebody marked it as read.
  read_at timestamptz(3),
  changed_at timestamptz(3) not null,
  unique (connection_id, provider_message_id)
);
create index inbound_message_changed on inbound_message (changed_at, id);

create table receipt (
  id uuid primary key,
  connection_id text not null,
  event_id text not null,
  provider_message_id text not null,
  status text not null,
  error_code text,
  occurred_at timestamptz(3),
  received_at timestamptz(3) not null,
  -- Our id of the message, where the provider repeats it.
  client_reference uuid,
  unique (connection_id, event_id)
);
create index receipt_message on receipt (connection_id, provider_message_id);
create index receipt_received on receipt (received_at, id);

create table outbox (
  id uuid primary key,
  subject text not null,
  payload text not null,
  available_at timestamptz(3) not null,
  message_id uuid,
  due_since timestamptz(3)
) with (autovacuum_analyze_threshold = 20000);
create index outbox_available on outbox (available_at);
create index outbox_due_since on outbox (due_since) where due_since is not null;
