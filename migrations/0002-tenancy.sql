create table plans (
  id text primary key check (id ~ '^[a-z0-9-]{1,50}$'),
  defaults jsonb not null default '{}' check (jsonb_typeof(defaults) = 'object'),
  allowed_tiers text[] not null default '{}',
  allowed_models text[] not null default '{}',
  ceilings jsonb not null default '{}' check (jsonb_typeof(ceilings) = 'object'),
  locked_settings text[] not null default '{}',
  version bigint not null default 1 check (version > 0),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

create table models (
  id text primary key check (length(id) between 1 and 100),
  provider text not null check (provider in ('openai', 'anthropic', 'openai-compatible', 'sandbox')),
  tier text not null check (tier in ('economy', 'standard', 'premium')),
  base_url text,
  api_key_env text,
  context_window integer not null check (context_window > 0),
  max_output_tokens integer not null check (max_output_tokens > 0),
  temperature_min double precision,
  temperature_max double precision,
  input_usd_per_mtok double precision not null check (input_usd_per_mtok >= 0),
  output_usd_per_mtok double precision not null check (output_usd_per_mtok >= 0),
  state text not null default 'active' check (state in ('active', 'deprecated', 'retired')),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  check ((temperature_min is null) = (temperature_max is null) and temperature_min <= temperature_max)
);

-- The catalogue is cached as a whole; its one version is counted in one row, whose lock puts its writers in order.
create table catalogue (
  id text primary key check (id = 'all'),
  version bigint not null default 1
);
insert into catalogue (id) values ('all');

create function attune_count_catalogue() returns trigger
  language plpgsql
as $$
begin
  update catalogue set version = version where id = 'all';
  return null;
end;
$$;
create trigger catalogue_changes after insert or update or delete on models
  for each statement execute function attune_count_catalogue();

create table platform_defaults (
  id text primary key default 'all' check (id = 'all'),
  settings jsonb not null check (jsonb_typeof(settings) = 'object'),
  version bigint not null default 1 check (version > 0),
  updated_by text not null,
  updated_at timestamptz not null default now()
);

create table tenants (
  tenant_id text primary key check (tenant_id ~ '^[a-z0-9-]{1,100}$'),
  name text not null check (length(name) between 1 and 200),
  plan text not null references plans (id),
  status text not null default 'active' check (status in ('active', 'suspended')),
  approval_required boolean not null default false,
  -- The custom domain whose DNS record was found; two tenants cannot both have one.
  verified_domain text unique,
  version bigint not null default 1 check (version > 0),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index tenants_by_plan on tenants (plan);
select attune_isolate_by_tenant('tenants');

create table api_keys (
  id text primary key check (id ~ '^[a-z0-9]{8,32}$'),
  -- null: the platform's own key.
  tenant_id text references tenants (tenant_id) on delete cascade,
  name text not null check (length(name) between 1 and 200),
  role text not null check (role in ('member', 'tenant_admin', 'platform_admin')),
  secret_sha256 bytea not null check (length(secret_sha256) = 32),
  expires_at timestamptz,
  last_used_at timestamptz,
  created_by text not null,
  version bigint not null default 1 check (version > 0),
  created_at timestamptz not null default now(),
  check ((role = 'platform_admin') = (tenant_id is null))
);
create index api_keys_by_tenant on api_keys (tenant_id, created_at desc, id desc);
select attune_isolate_by_tenant('api_keys');
-- A tenant cannot make a key of the platform: its rows have a tenant.
create policy platform_keys on api_keys to attune_platform
  using (tenant_id is null and (select attune_current_tenant()) = '*')
  with check (tenant_id is null and (select attune_current_tenant()) = '*');

create trigger count_version before update on plans for each row execute function attune_count_version();
create trigger count_version before update on catalogue for each row execute function attune_count_version();
create trigger count_version before update on platform_defaults for each row execute function attune_count_version();
create trigger count_version before update on tenants for each row execute function attune_count_version();
-- The time of last use is no change of the key.
create trigger count_version before update of name, role, secret_sha256, expires_at on api_keys
  for each row execute function attune_count_version();

-- Finds a credential before its tenant is known; whoever asks must already hold the id.
create policy definer_reads on api_keys for select to attune_definer using (true);
grant select on api_keys to attune_definer;
create function attune_find_api_key(wanted text) returns setof api_keys
  language sql stable security definer set search_path = public, pg_temp
begin atomic
  select * from api_keys where id = wanted;
end;
alter function attune_find_api_key(text) owner to attune_definer;

grant select on plans, models, catalogue, platform_defaults to attune_tenant, attune_platform;
grant insert, update on plans, models, platform_defaults to attune_platform;
grant update on catalogue to attune_platform;
grant select on tenants to attune_tenant, attune_platform;
grant insert, update on tenants to attune_platform;
grant select, insert, delete on api_keys to attune_tenant, attune_platform;
grant update (last_used_at) on api_keys to attune_tenant, attune_platform;
grant execute on function attune_find_api_key(text) to attune_tenant, attune_platform;
grant execute on function attune_count_catalogue() to attune_platform;

insert into plans (id, defaults, allowed_tiers, ceilings) values
  ('basic', '{"max_queries_per_day": 1000, "max_documents": 10000, "monthly_budget_usd": 50}', '{economy}', '{"max_tokens": 2000, "retrieval_top_k": 10}'),
  ('pro', '{"max_queries_per_day": 10000, "max_documents": 50000, "monthly_budget_usd": 500}', '{economy,standard}', '{"max_tokens": 4000, "retrieval_top_k": 20}'),
  ('enterprise', '{"max_queries_per_day": 100000, "max_documents": 1000000, "monthly_budget_usd": "unlimited"}', '{economy,standard,premium}', '{"max_tokens": 4000, "retrieval_top_k": 20}');

-- Prices in US dollars per million tokens, windows in tokens, from the providers' public price lists (OpenAI, November 2026; Anthropic, April 2026;
-- the models that a provider no longer lists keep its last listed price). Platform admins keep them current through the API.
insert into models (id, provider, tier, context_window, max_output_tokens, temperature_min, temperature_max, input_usd_per_mtok, output_usd_per_mtok) values
  ('gpt-3.5-turbo', 'openai', 'economy', 16385, 4096, 0, 2, 0.5, 1.5),
  ('gpt-3.5-turbo-16k', 'openai', 'economy', 16385, 4096, 0, 2, 3, 4),
  ('claude-3-haiku-20240307', 'anthropic', 'economy', 200000, 4096, 0, 1, 0.25, 1.25),
  ('gpt-4o-mini', 'openai', 'economy', 128000, 16384, 0, 2, 0.15, 0.6),
  ('gpt-4.1-mini', 'openai', 'economy', 1047576, 32768, 0, 2, 0.4, 1.6),
  ('gpt-5-mini', 'openai', 'economy', 400000, 128000, null, null, 0.25, 2),
  ('claude-haiku-4-5-20251001', 'anthropic', 'economy', 200000, 64000, 0, 1, 1, 5),
  ('gpt-4', 'openai', 'standard', 8192, 8192, 0, 2, 30, 60),
  ('gpt-4-turbo-preview', 'openai', 'standard', 128000, 4096, 0, 2, 10, 30),
  ('gpt-4o', 'openai', 'standard', 128000, 16384, 0, 2, 2.5, 10),
  ('gpt-4.1', 'openai', 'standard', 1047576, 32768, 0, 2, 2, 8),
  ('gpt-5', 'openai', 'standard', 400000, 128000, null, null, 1.25, 10),
  ('claude-3-sonnet-20240229', 'anthropic', 'standard', 200000, 4096, 0, 1, 3, 15),
  ('claude-sonnet-4-6', 'anthropic', 'standard', 1000000, 64000, 0, 1, 3, 15),
  ('claude-opus-4-6', 'anthropic', 'premium', 1000000, 128000, 0, 1, 5, 25);
