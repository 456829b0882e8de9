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
  -- The name first: it is also looked for through whatever connection it came.
  unique (provider_message_id, connection_id)
);
create index inbound_message_changed on inbound_message (changed_at, id);

-- Those of them that are a keyword and nothing else.
create table keyword (
  id uuid primary key,
  keyword text not null,
  -- When it was said, as far as we know: by this it counts, also when a replay stores it later.
  received_at timestamptz(3) not null,
  stored_at timestamptz(3) not null
);
create index keyword_stored on keyword (stored_at, id);

create view keyword_message as
  select k.id, k.keyword, k.received_at, k.stored_at, m.account_id, m.conversation_id, m.connection_id, m.type, m."from", m."to",
    m.from_user_id, m.to_user_id, m.body, m.trace_id
  from keyword k join inbound_message m on m.id = k.id;

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
create index receipt_message on receipt (provider_message_id, connection_id);
create index receipt_received on receipt (received_at, id);

-- Every webhook as it came in, for people to look at and to replay: nothing is recognised by it. A partition for each day
-- (UTC) is made ahead and dropped when it is too old. What finds no partition of its day goes to the last one.
create table webhook_log (
  -- A UUIDv7 of received_at: whoever knows the id knows the day, and the place in the index.
  id uuid not null,
  received_at timestamptz(3) not null,
  account_id text not null,
  connection_id text not null,
  -- What is secret in both is masked.
  url text not null,
  headers jsonb not null,
  -- What is masked of what a signature rests on, where it did not fit: by it the webhook can be verified once more.
  signature jsonb,
  -- All of it, or the first 4 kB of what nobody has signed.
  body bytea not null,
  body_bytes int not null,
  verdict text not null,
  reason text,
  errors jsonb,
  -- What it brought, now or before: a message or a receipt, and what that is recognised by.
  kind text,
  provider_message_id text,
  event_id text,
  trace_id text,
  -- The last replay: when, and what came of it.
  replay jsonb
) partition by range (received_at);
-- Rows come in this order, so an entry is put behind the last of its connection.
create index webhook_log_listed on webhook_log (account_id, connection_id, received_at, id);
create index webhook_log_refused on webhook_log (account_id, connection_id, verdict, received_at, id)
  where verdict <> 'created';
-- All that is not found by the message or the receipt that came in with it: most rows have no entry here.
create index webhook_log_named on webhook_log (provider_message_id) where verdict <> 'created' or replay is not null;
create table webhook_log_rest partition of webhook_log default;

-- Whoever writes the log need not own it, so what only its owner may do is done here. False when there are rows of the
-- day among the rest: then all of that day stay there.
create function add_webhook_log_day(day date) returns boolean
language plpgsql security definer set search_path from current set lock_timeout = '2s' as $$
declare
  name text := 'webhook_log_' || to_char(day, 'YYYYMMDD');
begin
  perform pg_advisory_xact_lock(hashtext('webhook_log'));
  if to_regclass(name) is not null then return true; end if;
  -- To attach it would fail, after it has kept everybody from writing while it looked.
  if exists (select from webhook_log_rest where received_at >= (day || ' 00:00:00+00')::timestamptz
    and received_at < (day + 1 || ' 00:00:00+00')::timestamptz) then return false; end if;
  -- Attached and not created as a partition: that would keep everybody from writing meanwhile.
  execute format('create table %I (like webhook_log)', name);
  execute format('alter table webhook_log attach partition %I for values from (%L) to (%L)', name,
    day || ' 00:00:00+00', day + 1 || ' 00:00:00+00');
  return true;
exception when check_violation then
  return false;
end $$;

-- All who write wait while this waits for those who read, so it gives up soon and is tried again. What may hold entries
-- that are younger than a day is not dropped, whoever asks.
create function drop_webhook_log_day(day date) returns void
language plpgsql security definer set search_path from current set lock_timeout = '100ms' as $$
begin
  if day >= (now() at time zone 'utc')::date - 1 then
    raise exception 'the webhook log of % is too young to be dropped', day;
  end if;
  execute format('drop table if exists %I', 'webhook_log_' || to_char(day, 'YYYYMMDD'));
end $$;

select add_webhook_log_day((now() at time zone 'utc')::date + ahead) from generate_series(0, 7) as ahead;

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
