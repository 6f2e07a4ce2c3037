-- A request marks its Idempotency-Key in the transaction that changes something, so that the mark is committed with the change or not
-- at all. Where the answer was lost, by an outage or with its process, the mark says that the request must not run again.
alter table idempotency_keys add column took_effect boolean not null default false;

create policy definer_marks on idempotency_keys to attune_definer using (true) with check (true);
grant select, update (took_effect, expires_at) on idempotency_keys to attune_definer;
-- Of whatever scope the change is; who marks must already know the hash of a key.
create function attune_mark_request(wanted bytea) returns void
  language sql volatile security definer set search_path = public, pg_temp
begin atomic
  update idempotency_keys set took_effect = true, expires_at = created_at + interval '24 hours'
    where key_sha256 = wanted and not took_effect and pg_current_xact_id_if_assigned() is not null;
end;
alter function attune_mark_request(bytea) owner to attune_definer;
revoke execute on function attune_mark_request(bytea) from public;
grant execute on function attune_mark_request(bytea) to attune_tenant, attune_platform;
