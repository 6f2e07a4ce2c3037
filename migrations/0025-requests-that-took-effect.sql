-- A request marks its Idempotency-Key in the transaction that changes something, so that the mark is committed with the change or not
-- at all. Where the answer was lost, by an outage or with its process, the mark says that the request must not run again.
alter table idempotency_keys add column took_effect boolean not null default false;

create policy definer_finds on idempotency_keys for select to attune_definer using (true);
create policy definer_marks on idempotency_keys for update to attune_definer using (true) with check (true);
grant select (key_sha256, created_at), update (took_effect, expires_at) on idempotency_keys to attune_definer;
-- Of whatever scope the change is; who marks must already know the hash of a key, and when it was claimed. False: the claim was given
-- up meanwhile, and the key may be another request's. What changes nothing marks nothing.
create function attune_mark_request(wanted bytea, claimed timestamptz) returns boolean
  language plpgsql security definer set search_path = public, pg_temp
as $$
begin
  if pg_current_xact_id_if_assigned() is null then
    return true;
  end if;
  update idempotency_keys set took_effect = true, expires_at = created_at + interval '24 hours'
    where key_sha256 = wanted and created_at = claimed;
  return found;
end;
$$;
alter function attune_mark_request(bytea, timestamptz) owner to attune_definer;
revoke execute on function attune_mark_request(bytea, timestamptz) from public;
grant execute on function attune_mark_request(bytea, timestamptz) to attune_tenant, attune_platform;
