-- A number or a mailbox belongs to one account: it is how incoming messages find theirs.
create unique index sender_owner on sender (kind, address) where kind in ('number', 'email') and address <> '*';
