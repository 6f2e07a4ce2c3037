-- A document that could not be indexed leaves no row, so the service tells it: only of the transaction's own tenant.
create function attune_tell_of_failed_documents(doc_ids text[], reason text) returns void
  language plpgsql security definer set search_path = public, pg_temp
as $$
begin
  perform attune_write_webhook_deliveries(array_agg('document.failed'::text), array_agg(attune_current_tenant()),
    array_agg(jsonb_build_object('doc_id', d.doc_id, 'reason', reason, 'actor', attune_actor())))
  from unnest(doc_ids) as d (doc_id) where attune_current_tenant() <> '*';
end;
$$;

create function attune_tell_of_failed_reindexings() returns trigger
  language plpgsql security definer set search_path = public, pg_temp
as $$
begin
  perform attune_write_webhook_deliveries(array_agg('document.failed'::text), array_agg(c.tenant_id),
    array_agg(jsonb_build_object('doc_id', null, 'reason', 'reindexing-failed', 'actor', c.created_by)))
  from changed_after c join changed_before b on b.tenant_id = c.tenant_id and b.id = c.id
  where b.state <> 'failed' and c.state = 'failed';
  return null;
end;
$$;
create trigger tell_webhooks after update on document_reindexings
  referencing old table as changed_before new table as changed_after for each statement execute function attune_tell_of_failed_reindexings();

alter function attune_tell_of_failed_documents(text[], text) owner to attune_definer;
alter function attune_tell_of_failed_reindexings() owner to attune_definer;
revoke execute on function attune_tell_of_failed_documents(text[], text), attune_tell_of_failed_reindexings() from public;
grant execute on function attune_tell_of_failed_documents(text[], text) to attune_tenant;
