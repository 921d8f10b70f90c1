/**
 * Topics, groups, positions and dead letters as tables. Publishing, and finding out what a member owns, are functions, so
 * that each is one statement: a session that breaks in the middle leaves no lock and no half of it behind.
 */
export const SCHEMA = `
create table if not exists topics (name text primary key, partitions int not null, dead_letter text);
create table if not exists partitions (
  topic text not null, partition int not null, next bigint not null default 0, primary key (topic, partition)
);
create table if not exists messages (
  topic text not null, partition int not null, "offset" bigint not null, dedup text not null unique,
  key bytea, value bytea, headers json not null, stored_at timestamptz not null default clock_timestamp(),
  primary key (topic, partition, "offset")
);
create table if not exists members (
  "group" text not null, member text not null, topics text[] not null, session_ms double precision not null,
  seen timestamptz not null, primary key ("group", member)
);
create table if not exists holdings (
  "group" text not null, topic text not null, partition int not null, next bigint not null, owner text,
  primary key ("group", topic, partition)
);

create or replace function create_topic(p_name text, p_partitions int, p_dead_letter text) returns void language plpgsql as $$
begin
  insert into topics values (p_name, p_partitions, p_dead_letter) on conflict do nothing;
  insert into partitions select p_name, n from generate_series(0, p_partitions - 1) n on conflict do nothing;
  if p_dead_letter is not null then perform create_topic(p_dead_letter, 1, null); end if;
end $$;

-- The row of the partition stays locked until the commit, so offsets become visible in their order.
create or replace function publish(
  p_topic text, p_dedup text, p_key bytea, p_value bytea, p_headers json, p_channel text, out o_partition int, out o_offset bigint
) language plpgsql as $$
declare
  v_partitions int;
begin
  select m.partition, m."offset" into o_partition, o_offset from messages m where m.dedup = p_dedup;
  if found then return; end if;
  select t.partitions into v_partitions from topics t where t.name = p_topic;
  if not found then raise exception 'there is no topic %', p_topic using errcode = 'undefined_object'; end if;
  o_partition := case when p_key is null then floor(random() * v_partitions)::int
                      else (hashtext(encode(p_key, 'hex')) & 2147483647) % v_partitions end;
  update partitions p set next = p.next + 1 where p.topic = p_topic and p.partition = o_partition returning p.next - 1 into o_offset;
  insert into messages (topic, partition, "offset", dedup, key, value, headers)
    values (p_topic, o_partition, o_offset, p_dedup, p_key, p_value, p_headers) on conflict (dedup) do nothing;
  if not found then
    select m.partition, m."offset" into o_partition, o_offset from messages m where m.dedup = p_dedup;
  end if;
  perform pg_notify(p_channel, p_topic);
end $$;

-- For the harness: a record whose headers are no pairs, as something else than this bus may have written it.
create or replace function poison(p_topic text, p_value bytea, out o_partition int, out o_offset bigint) language plpgsql as $$
begin
  select floor(random() * t.partitions)::int into o_partition from topics t where t.name = p_topic;
  update partitions p set next = p.next + 1 where p.topic = p_topic and p.partition = o_partition returning p.next - 1 into o_offset;
  insert into messages (topic, partition, "offset", dedup, value, headers)
    values (p_topic, o_partition, o_offset, concat_ws('/', 'poison', p_topic, o_partition, o_offset), p_value, '["name only"]');
end $$;

-- Whose turn a partition is: the topic's members by name, in turn.
create or replace function share_of(p_group text, p_topic text, p_partition int) returns text language sql stable as $$
  select member from (
    select member, row_number() over (order by member) - 1 as turn, count(*) over () as members
    from members where "group" = p_group and p_topic = any(topics)
  ) m where turn = p_partition % members
$$;

-- A sign of life: null when the group has forgotten the member, else what it owns. A partition changes hands only when
-- its owner has released it, or is no member any more.
create or replace function sync_member(p_group text, p_member text) returns jsonb language plpgsql as $$
begin
  perform pg_advisory_xact_lock(hashtext(current_schema()), hashtext(p_group));
  delete from members where "group" = p_group and seen < clock_timestamp() - session_ms * interval '1 millisecond';
  update members set seen = clock_timestamp() where "group" = p_group and member = p_member;
  if not found then return null; end if;
  update holdings h set owner = null where h."group" = p_group and h.owner is not null
    and not exists (select from members m where m."group" = p_group and m.member = h.owner);
  update holdings h set owner = p_member where h."group" = p_group and h.owner is null
    and share_of(p_group, h.topic, h.partition) = p_member;
  return (
    select coalesce(jsonb_agg(jsonb_build_object('topic', h.topic, 'partition', h.partition, 'next', h.next,
      'release', share_of(p_group, h.topic, h.partition) is distinct from p_member)), '[]')
    from holdings h where h."group" = p_group and h.owner = p_member
  );
end $$;

create or replace function leave_group(p_group text, p_member text) returns void language sql as $$
  delete from members where "group" = p_group and member = p_member;
  update holdings set owner = null where "group" = p_group and owner = p_member;
$$;
`

export const SQL = {
  ping: 'select 1',
  publish: 'select o_partition as partition, o_offset::float8 as "offset" from publish($1, $2, $3, $4, $5::json, $6)',
  join: `with member as (
      insert into members values ($1, $2, $3::text[], $4, clock_timestamp())
      on conflict ("group", member) do update set topics = excluded.topics, session_ms = excluded.session_ms, seen = excluded.seen
    )
    insert into holdings select $1, topic, partition, case when $5 = 'earliest' then 0 else next end, null
    from partitions where topic = any($3::text[]) on conflict do nothing`,
  sync: 'select sync_member($1, $2) as owned',
  fetch: `select "offset"::float8 as "offset", key, value, headers from messages
    where topic = $1 and partition = $2 and "offset" >= $3 order by "offset" limit $4`,
  commit: `update holdings set next = greatest(next, $5)
    where "group" = $1 and owner = $2 and topic = $3 and partition = $4`,
  release: 'update holdings set owner = null where "group" = $1 and owner = $2 and topic = $3 and partition = $4',
  leave: 'select leave_group($1, $2)',
} as const

/** How the witness of the system `postgres` makes this bus's tables and reads them. */
export const WITNESS = {
  bootstrap: SCHEMA,
  topic: 'select create_topic($1, $2, $3)',
  // `publish` refuses a topic that nobody created.
  refuse: 'select $1::text',
  stored:
    'select topic, partition, "offset"::float8 as "offset", key, value, headers from messages order by topic, partition, "offset"',
  poison: 'select o_partition as partition, o_offset::float8 as "offset" from poison($1, $2)',
  committed: 'select "group", topic, partition, next::float8 as next from holdings',
} as const
