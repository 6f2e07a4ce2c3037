-- As in 0040, but the changed configurations with a webhook are collected first, and only those are compared with their state before. When
-- no webhook asks for the event, nothing is compared.
create or replace function attune_tell_of_configurations() returns trigger
  language plpgsql security definer set search_path = public, pg_temp
as $$
declare
  told text := case attune_local('action') when 'rollback' then 'config.rolled_back' else 'config.updated' end;
  is_for_all boolean := exists (select from webhooks w where w.tenant_id is null and told = any (w.events) and w.state <> 'disabled');
  subscribed text[];
begin
  if not is_for_all then
    subscribed := array(select c.tenant_id from changed_after c where exists (
      select from webhooks w where w.tenant_id = c.tenant_id and told = any (w.events) and w.state <> 'disabled'));
    if cardinality(subscribed) = 0 then
      return null;
    end if;
  end if;
  perform attune_write_webhook_deliveries(array_agg(told), array_agg(c.tenant_id), array_agg(jsonb_build_object(
    'version', c.version, 'actor', c.updated_by, 'bulk_id', attune_local('bulk_id'), 'changed', to_jsonb(array(
      select k.key from jsonb_object_keys(b.settings || c.settings) as k (key)
      where b.settings -> k.key is distinct from c.settings -> k.key
      union all select 'override_allowed' where b.override_allowed <> c.override_allowed order by 1)))))
  from changed_after c join changed_before b on b.tenant_id = c.tenant_id
  where c.version > b.version and (is_for_all or c.tenant_id = any (subscribed));
  return null;
end;
$$;
