-- Projections of what the owners know. Nothing here that could not be rebuilt from them.

create table message (
  id uuid primary key,
  -- Null until the content has arrived; such a row is neither listed nor counted.
  account_id text,
  conversation_id uuid,
  direction text,
  type text,
  "from" text,
  "to" text,
  subject text,
  body text,
  attachments jsonb,
  encoding text,
  segments int,
  in_reply_to uuid,
  metadata jsonb,
  client_reference text,
  "timestamp" timestamptz(3),
  created_at timestamptz(3),
  send_at timestamptz(3),
  expires_at timestamptz(3),
  from_user_id uuid,
  to_user_id uuid,
  trace_id text,
  status text not null,
  status_reason text,
  round int not null,
  -- Round, rank and precedence of the status as one number; the greater one wins.
  progress int not null,
  provider text,
  provider_message_id text,
  sent_at timestamptz(3),
  delivered_at timestamptz(3),
  read_at timestamptz(3)
  -- Room for one update of every row of a page at once, so that no index has to know of it.
) with (fillfactor = 50, autovacuum_analyze_scale_factor = 0.5, autovacuum_vacuum_scale_factor = 0.2);
create index message_listed on message (account_id, "timestamp" desc, id desc);
create index message_in_conversation on message (conversation_id, "timestamp" desc, id desc);
create index message_from on message (account_id, "from", "timestamp" desc, id desc);
create index message_to on message (account_id, "to", "timestamp" desc, id desc);
create index message_from_user on message (from_user_id, "timestamp" desc, id desc) where from_user_id is not null;
create index message_to_user on message (to_user_id, "timestamp" desc, id desc) where to_user_id is not null;
create index message_reason on message (account_id, status_reason, "timestamp" desc, id desc)
  where status_reason is not null;
-- A conversation is of one account: without knowing that, the planner expects too little of long ones.
create statistics message_conversation_account (dependencies) on conversation_id, account_id from message;

-- Messages that were projected together and cannot be found by what they say yet, but by looking at them.
create table unindexed (
  id uuid primary key default uuidv7(),
  at timestamptz(3) not null default now(),
  messages uuid[] not null,
  size int not null
) with (autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_scale_factor = 0);

-- What messages can be found by: every three characters of what they say, as numbers that depend on the account too.
create table searchable (
  id uuid not null,
  grams int[] not null,
  -- How many bytes it says.
  octets int not null
) with (autovacuum_analyze_scale_factor = 0.5);
create index searchable_grams on searchable using gin (grams);

-- How long a message took from when it was due until it was delivered, as the number of a bucket: 0 for less than a
-- millisecond, else those of which each is 8 % longer than the one before. Null when it was not delivered.
create function latency_bucket(created_at timestamptz, send_at timestamptz, delivered_at timestamptz) returns int
  language sql immutable parallel safe
  return case when delivered_at - coalesce(send_at, created_at) < interval '1 millisecond' then 0
    else 1 + floor(ln(date_part('epoch', delivered_at - coalesce(send_at, created_at)) * 1000) / ln(1.08::float8))::int
  end;

-- How many messages an account has in a span of time, by something that a message has.
create table stat_bucket (
  account_id text collate "C" not null,
  -- status or latency (a bucket's number).
  kind text collate "C" not null,
  -- Of the message's own time, UTC: hour, day, month (of latencies only).
  span text collate "C" not null,
  -- When the span begins.
  at timestamptz(3) not null,
  key text collate "C" not null,
  direction text collate "C" not null,
  type text collate "C" not null,
  count bigint not null,
  -- Own times of the first and the last message that was counted here first; of statuses only.
  first_at timestamptz(3),
  last_at timestamptz(3),
  primary key (account_id, kind, span, at, key, direction, type)
  -- Room for updates: counts change all the time, and no index has to know of it.
) with (fillfactor = 70, autovacuum_analyze_scale_factor = 0.5, autovacuum_vacuum_scale_factor = 0.2);

-- How many messages of an hour are from a sender, as far as they are not in `sender_pack`: those of the hour that is now.
create table sender_bucket (
  account_id text collate "C" not null,
  -- When the hour begins, of the message's own time.
  hour timestamptz(3) not null,
  sender text collate "C" not null,
  direction text collate "C" not null,
  type text collate "C" not null,
  count bigint not null,
  primary key (account_id, hour, sender, direction, type)
) with (fillfactor = 70, autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_scale_factor = 0);

-- By which number a sender is in the account's packs.
create table sender_number (
  account_id text collate "C" not null,
  number int not null,
  sender text collate "C" not null,
  primary key (account_id, number)
);
create unique index sender_number_of on sender_number (account_id, sender) include (number);

-- How many messages of a span of time are from each sender, all in one value.
create table sender_pack (
  account_id text collate "C" not null,
  -- Of the message's own time, UTC: hour, day, month or ever.
  span text collate "C" not null,
  -- When the span begins; -infinity for ever.
  at timestamptz(3) not null,
  direction text collate "C" not null,
  type text collate "C" not null,
  -- The greatest number of a sender in it.
  last_number int not null,
  -- For each sender, ascending: by how much its number exceeds the one before (the first: -1), and how many messages.
  -- Seven bits a byte, the lowest first; the eighth says that there are more.
  counts bytea not null,
  primary key (account_id, span, at, direction, type)
) with (autovacuum_vacuum_scale_factor = 0.2);
-- It is as small as it gets.
alter table sender_pack alter counts set storage external;

-- What a pack says, for those who check it.
create function unpacked(counts bytea) returns table (number int, count bigint)
  language plpgsql immutable parallel safe
as $$
declare
  bytes bytea := counts || ''::bytea;
  byte int;
  value bigint := 0;
  shift int := 0;
  is_count boolean := false;
begin
  number := -1;
  for i in 0 .. length(bytes) - 1 loop
    byte := get_byte(bytes, i);
    value := value + ((byte & 127)::bigint << shift);
    shift := shift + 7;
    if byte < 128 then
      if is_count then
        count := value;
        return next;
      else
        number := number + value;
      end if;
      is_count := not is_count;
      value := 0;
      shift := 0;
    end if;
  end loop;
end
$$;

-- Who takes part in a conversation: an address that was used, and the directory user to whom it belonged then.
create type participant as (address text, user_id uuid);

create table conversation (
  id uuid primary key,
  account_id text not null,
  -- Each once, sorted.
  participants participant[] not null,
  -- Each once, sorted.
  types text[] not null,
  message_count bigint not null,
  -- Inbound messages that nobody has read.
  unread_count bigint not null,
  -- The message accepted last, by (created_at, id).
  last_message_id uuid not null,
  last_message_at timestamptz(3) not null,
  -- When the newest message from somebody else's side was accepted: inbound, or chat.
  last_heard_at timestamptz(3),
  created_at timestamptz(3) not null
) with (fillfactor = 70, autovacuum_analyze_scale_factor = 0.5, autovacuum_vacuum_scale_factor = 0.2);
create index conversation_listed on conversation (account_id, last_message_at desc, id desc);

-- To whom addresses counted, and when: as the directory has it.
create table address_owner (
  id uuid primary key,
  account_id text not null,
  address text not null,
  user_id uuid not null,
  since timestamptz(3) not null,
  until timestamptz(3),
  changed_at timestamptz(3) not null,
  -- Whether all conversations of before this was known are in `unjoined`, or were.
  noted boolean not null default false
);
create index address_owner_unnoted on address_owner (id) where not noted;
create index address_owner_address on address_owner (account_id, address);
create index address_owner_user on address_owner (user_id);
create index address_owner_since on address_owner (since);
create index address_owner_changed on address_owner (changed_at);

-- Ids by which one conversation is known, its own too, where there are several: from when an address was nobody's, and
-- from when it was a user's. Rows go only when all projections are emptied to be made again.
create table conversation_alias (
  id uuid primary key,
  -- The oldest of them.
  conversation_id uuid not null,
  -- Of whom the id was made.
  participants participant[] not null
);
create index conversation_alias_of on conversation_alias (conversation_id);

-- Conversations that may have to be joined with another one: an address in them came to be a user's.
create table unjoined (
  conversation_id uuid primary key
);

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
