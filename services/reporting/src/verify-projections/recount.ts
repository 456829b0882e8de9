export { RECOUNTED_STATISTICS, STORED_STATISTICS } from '../project-messages/statistics.ts';

/** What the conversations must be, made from the messages and the ids that name one conversation. */
export const RECOUNTED_CONVERSATIONS = `
  with filed as materialized (
    select m.id, m.account_id, direction, type, status, m.created_at, "from", from_user_id, "to", to_user_id,
      coalesce(a.conversation_id, m.conversation_id) as filed_in
    from message as m left join conversation_alias as a on a.id = m.conversation_id
    where account_id is not null),
  taking_part as (
    select filed_in, array_agg(distinct row(address, user_id)::participant) as participants
    from (
      select filed_in, address, user_id
      from filed cross join lateral (values ("from", from_user_id), ("to", to_user_id)) as one(address, user_id)
      union all
      select a.conversation_id, one.address, one.user_id
      from conversation_alias as a cross join lateral unnest(a.participants) as one(address, user_id)
      where one.user_id is not null) as everybody
    group by 1),
  activity as (
    select filed_in, account_id, array_agg(distinct type) as types, count(*) as message_count,
      count(*) filter (where direction = 'inbound' and status <> 'read') as unread_count,
      (array_agg(id order by created_at desc, id desc))[1] as last_message_id, max(created_at) as last_message_at,
      max(created_at) filter (where direction = 'inbound' or type = 'chat') as last_heard_at,
      min(created_at) as created_at
    from filed group by 1, 2)
  select filed_in as id, account_id, participants, types, message_count, unread_count, last_message_id, last_message_at,
    last_heard_at, created_at
  from activity join taking_part using (filed_in)`;
