-- The truth about outbound messages.

create table message (
  id uuid primary key,
  account_id text not null,
  conversation_id uuid not null,
  type text not null,
  "from" text not null,
  "to" text not null,
  subject text,
  body text,
  attachments jsonb not null,
  status text not null,
  status_reason text,
  round int not null default 1,
  -- Calls to providers so far, and the fence: only the holder of the newest number may move the message.
  attempt_no int not null default 0,
  -- Calls that count against the limit: unavailable and unknown ones.
  attempts_spent int not null default 0,
  -- How often it was to be sent again after a provider had taken it. Its key changes with it: who honours keys would
  -- answer the same one as before, and send nothing.
  resends int not null default 0,
  provider text,
  provider_message_id text,
  encoding text,
  segments int,
  priority text not null default 'normal',
  category text not null default 'transactional',
  -- Null = by what its connection promises.
  on_unknown_outcome text,
  in_reply_to uuid,
  metadata jsonb,
  client_reference text,
  "timestamp" timestamptz(3) not null,
  created_at timestamptz(3) not null,
  sent_at timestamptz(3),
  delivered_at timestamptz(3),
  read_at timestamptz(3),
  send_at timestamptz(3),
  expires_at timestamptz(3) not null,
  -- When the time of its round began, from which it is valid as long as it was at first; null in the first round, whose
  -- time begins at send_at or created_at.
  round_from timestamptz(3),
  from_user_id uuid,
  to_user_id uuid,
  trace_id text,
  -- From when on the message counts as left behind if it still has this status: the lease while it is being sent, the
  -- deadline while it is held. Null when nothing is to happen by itself.
  stale_after timestamptz(3),
  changed_at timestamptz(3) not null
) with (fillfactor = 70, autovacuum_analyze_scale_factor = 0.5, autovacuum_vacuum_scale_factor = 0.2);
create index message_stale on message (stale_after) where status in ('scheduled', 'queued', 'sending');
-- What is held, to be counted.
create index message_held on message (id) where status = 'sending' and status_reason = 'outcome_unknown';
create index message_changed on message (changed_at, id);
-- What ended badly, for the list of dead letters.
create index message_dead on message (account_id, changed_at, id) where status in ('failed', 'expired');

create table attempt (
  message_id uuid not null,
  attempt_no int not null,
  round int not null,
  connection_id text not null,
  outcome text not null,
  -- The provider's code or the reason in words.
  detail text,
  provider_message_id text,
  -- How long the provider asked to wait, ms.
  retry_after_ms int,
  started_at timestamptz(3) not null,
  finished_at timestamptz(3) not null,
  -- How the outcome was learnt: by a call, by a lookup of what earlier calls came to, or by nothing: there was nobody
  -- to call.
  by text not null default 'call',
  -- What told the outcome after the call had ended without one, and when: a receipt, or an answer after the lease. The
  -- outcome is what was told, the detail of what a receipt told still says how the call ended.
  told_by text,
  told_at timestamptz(3),
  primary key (message_id, attempt_no)
);
-- The name first: it is also looked for through whatever connection it was sent.
create index attempt_provider_message on attempt (provider_message_id, connection_id)
  where provider_message_id is not null;

create table idempotency_key (
  account_id text not null,
  key text not null,
  fingerprint bytea not null,
  -- The messages as first answered.
  answer jsonb not null,
  expires_at timestamptz(3) not null,
  primary key (account_id, key)
);
create index idempotency_key_expires on idempotency_key (expires_at);

-- Receipts whose message is not known (yet): the provider may report before it answers the call.
create table unmatched_receipt (
  receipt_id uuid primary key,
  connection_id text not null,
  provider_message_id text not null,
  status text not null,
  error_code text,
  occurred_at timestamptz(3),
  received_at timestamptz(3) not null,
  client_reference uuid
);
create index unmatched_receipt_message on unmatched_receipt (connection_id, provider_message_id);
create index unmatched_receipt_received on unmatched_receipt (received_at, receipt_id);
create index unmatched_receipt_reference on unmatched_receipt (client_reference) where client_reference is not null;

-- Up to which change of a message the watch for receipts that do not come has looked: one row.
create table receipt_watch (
  changed_at timestamptz(3) not null,
  id uuid not null
);
insert into receipt_watch values ('-infinity', '00000000-0000-0000-0000-000000000000');

-- Who may be written to, and what proves it. Only ever added to; the latest by (received_at, id) counts.
create table consent (
  id uuid primary key,
  account_id text not null,
  type_class text not null,
  address text not null,
  state text not null,
  source text not null,
  evidence text,
  received_at timestamptz(3) not null
);
create index consent_latest on consent (account_id, type_class, address, received_at desc, id desc);

-- Keywords that came in, each decided on once, and what answered them. Answers go to those who opted out, too.
create table handled_keyword (
  -- The inbound message.
  message_id uuid primary key,
  account_id text not null,
  -- Who said it.
  address text not null,
  -- 'none': a word like any other when it came in.
  effect text not null,
  handled_at timestamptz(3) not null default clock_timestamp(),
  -- The message that answers it; null when there is none.
  answer_id uuid
);
create unique index handled_keyword_answer on handled_keyword (answer_id) where answer_id is not null;
create index handled_keyword_address on handled_keyword (account_id, address, handled_at);

-- What happened to messages that nothing else tells of: for their timelines.
create table note (
  id uuid primary key,
  message_id uuid not null,
  at timestamptz(3) not null,
  event text not null,
  provider text,
  summary text not null,
  details jsonb not null
);
create index note_message on note (message_id, at, id);

-- The lanes of connections that send only so fast, or not at all for a while: one for each sender. An empty sender
-- stands for all lanes of the connection.
create table lane (
  connection_id text not null,
  sender text not null,
  -- The next free time slot: nobody may call before it.
  next_slot timestamptz not null default now(),
  paused_until timestamptz,
  -- Why it is paused.
  reason text,
  primary key (connection_id, sender)
) with (fillfactor = 50);
create index lane_paused on lane (paused_until) where paused_until is not null;
create index lane_next_slot on lane (next_slot);

-- Connections that failed too often at some time, and how they are doing.
create table breaker (
  connection_id text primary key,
  -- Nobody calls before; afterwards one call at a time may try whether it is back.
  open_until timestamptz not null,
  -- Somebody is trying, until `open_until`.
  probing boolean not null default false,
  -- How often it opened without a long calm between.
  trips int not null default 1,
  -- Since when it is well again; null = it is not.
  closed_at timestamptz
) with (fillfactor = 50);

-- Messages that wait for their turn in a lane. They are not on the bus: whoever has a free slot takes them from here.
create table waiting (
  message_id uuid primary key,
  account_id text not null,
  type text not null,
  connection_id text not null,
  sender text not null,
  -- 0 goes before 1.
  urgency smallint not null,
  since timestamptz(3) not null,
  -- An earlier call through this connection may have sent it: no other may be asked.
  bound boolean not null default false
-- What is taken leaves dead entries before the first of a lane, which everyone who looks for the first must pass.
) with (autovacuum_analyze_threshold = 5000, autovacuum_vacuum_threshold = 5000, autovacuum_vacuum_scale_factor = 0.02);
create index waiting_lane on waiting (connection_id, sender, urgency, since);
-- Those few are looked for among as many others as there may be.
create index waiting_bound on waiting (connection_id, sender, urgency, since) where bound;

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

create table position (
  durable text primary key,
  server_id text not null,
  stream_created text not null,
  last_seq bigint not null,
  handled_seq bigint not null,
  facts_until timestamptz(3),
  -- Another one after everything was emptied, so that nobody takes an older replay for this one's.
  life uuid not null default gen_random_uuid(),
  -- Whether everything that the owners know was replayed once.
  complete boolean not null default false
);

create table dead_letter (
  id uuid primary key,
  kind text not null,
  subject text not null,
  payload text not null,
  reason text not null,
  attempts int not null,
  first_seen_at timestamptz(3) not null default now(),
  last_seen_at timestamptz(3) not null default now()
);
create index dead_letter_seen on dead_letter (last_seen_at, id);

-- How fast an account's dead letters are sent again, and the last request for it with its answer.
create table redrive (
  account_id text primary key,
  -- Before it no further message is sent again.
  next_at timestamptz not null,
  request_id uuid,
  answer jsonb
);
