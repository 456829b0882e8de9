-- Who may use Parley and through what. The other services read these tables and never write them.

create table account (
  id text primary key,
  name text not null,
  -- Raised in every transaction that changes anything of the account's directory.
  version bigint not null default 1,
  -- Whole words, any case, that an outbound SMS or MMS may not contain.
  blocked_words text[] not null default '{STOP}',
  -- Whether users may chat with their friends only.
  chat_friends_only boolean not null default false,
  -- How texts are treated that are a keyword, such as STOP; whole at any time.
  keywords jsonb not null default '{"yes_starts": false, "answers": true, "contact": null, "stop_text": null,
    "start_text": null, "help_text": null}',
  -- How often each of its keys may be used, {requests, seconds}; null = as often as it likes.
  rate_limit jsonb,
  created_at timestamptz(3) not null default now()
);

create table api_key (
  id text primary key,
  account_id text not null references account,
  -- SHA-256 of the whole key; the key itself is never stored.
  key_hash bytea not null unique,
  scopes text[] not null,
  expires_at timestamptz(3),
  revoked_at timestamptz(3),
  created_at timestamptz(3) not null default now()
);
create index api_key_account on api_key (account_id);

create table "user" (
  id uuid primary key,
  account_id text not null references account,
  -- Listed in this order.
  user_name text collate "C" not null,
  first_name text,
  last_name text,
  email text,
  phone text,
  mfa boolean not null default false,
  created_at timestamptz(3) not null default now(),
  modified_at timestamptz(3) not null default now(),
  unique (account_id, user_name)
);
create unique index user_email on "user" (account_id, lower(email));
create index user_phone on "user" (account_id, phone);

-- To whom an address of an account counted, and when; only ever added to, but for the end. Conversations of before a user
-- gained an address are joined by it.
create table address_owner (
  id uuid primary key,
  account_id text not null references account,
  address text not null,
  -- Stays when the user is gone.
  user_id uuid not null,
  since timestamptz(3) not null default clock_timestamp(),
  -- Null while it counts to them.
  until timestamptz(3),
  changed_at timestamptz(3) not null default clock_timestamp()
);
create unique index address_owner_now on address_owner (account_id, address) where until is null;
create index address_owner_changed on address_owner (changed_at, id);

-- Who is whose friend: each pair once, the smaller id first.
create table friend (
  user_id uuid not null references "user" on delete cascade,
  friend_id uuid not null references "user" on delete cascade,
  created_at timestamptz(3) not null default now(),
  primary key (user_id, friend_id),
  check (user_id < friend_id)
);
create index friend_other on friend (friend_id);

create table sender (
  id uuid primary key,
  account_id text not null references account,
  kind text not null check (kind in ('number', 'alphanumeric', 'email')),
  -- In normalised form, or * for every address of the kind.
  address text not null,
  created_at timestamptz(3) not null default now(),
  unique (account_id, kind, address)
);

create table connection (
  -- Unique over all accounts: it names the webhook path.
  id text primary key,
  account_id text not null references account,
  provider text not null,
  types text[] not null,
  -- The lowest is used first.
  priority int not null default 0,
  url text,
  token text,
  -- Live webhook secrets, newest first; two while one is being replaced.
  secrets text[] not null default '{}',
  -- Most messages a second of each sender; null = as fast as it goes.
  rate_per_second double precision default 10 check (rate_per_second > 0),
  -- Whether a repeated key is answered as it was the first time; null = as its provider promises.
  honours_idempotency_keys boolean,
  -- Whether messages that come in belong to the account on whose list of senders their recipient is.
  shared boolean not null default false,
  created_at timestamptz(3) not null default now(),
  disabled_at timestamptz(3)
);
create index connection_account on connection (account_id);

-- What people say of conversations; of one that they say nothing of there is no row.
create table conversation_setting (
  conversation_id uuid primary key,
  account_id text not null references account,
  title text,
  status text not null default 'open' check (status in ('open', 'closed')),
  -- Up to when the other side had been heard, by the time of accept, when it was closed: what is newer opens it again.
  heard_until timestamptz(3),
  changed_at timestamptz(3) not null default now()
);

-- What was done with rights that change what others may do, or what becomes of messages. Only ever added to.
create table audit_log (
  id uuid primary key,
  account_id text not null,
  at timestamptz(3) not null default now(),
  -- The API key.
  by text not null,
  action text not null,
  -- What it was done to.
  subject text not null,
  details jsonb not null
);
create index audit_log_listed on audit_log (account_id, at desc, id desc);

create table outbox (
  id uuid primary key,
  subject text not null,
  payload text not null,
  available_at timestamptz(3) not null,
  message_id uuid,
  due_since timestamptz(3)
);
create index outbox_available on outbox (available_at);
create index outbox_due_since on outbox (due_since) where due_since is not null;
