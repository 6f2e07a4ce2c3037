-- What a tenant's documents add up to. Every change of documents takes this row's lock first, so that `max_documents` is exact
-- and BM25 knows the tenant's own statistics without counting.
create table corpora (
  tenant_id text primary key references tenants (tenant_id) on delete cascade,
  documents integer not null default 0 check (documents >= 0),
  chunks bigint not null default 0 check (chunks >= 0),
  terms bigint not null default 0 check (terms >= 0),
  last_number integer not null default 0
);
select attune_isolate_by_tenant('corpora');

create table documents (
  tenant_id text not null references tenants (tenant_id) on delete cascade,
  doc_id text not null check (doc_id ~ '^[A-Za-z0-9._-]{1,200}$'),
  -- The tenant's own count of documents ever added: the order of lists, and the short key of chunks and postings.
  number integer not null,
  title text not null check (length(title) between 1 and 300),
  text text not null check (length(text) between 1 and 10000000),
  metadata jsonb not null default '{}' check (jsonb_typeof(metadata) = 'object' and pg_column_size(metadata) < 16384),
  -- Of all that its chunks and vectors are made from.
  digest bytea not null check (length(digest) = 32),
  chunks integer not null check (chunks > 0),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (tenant_id, doc_id),
  unique (tenant_id, number)
);
select attune_isolate_by_tenant('documents');

create table chunks (
  tenant_id text not null,
  document_number integer not null,
  -- From 1, in the order of the text.
  position integer not null check (position > 0),
  text text not null,
  -- Its length for BM25: how often any lexeme occurs in it.
  terms integer not null check (terms >= 0),
  -- Vectors of two embedders cannot be compared.
  embedder text not null,
  embedding real[] not null,
  primary key (tenant_id, document_number, position),
  foreign key (tenant_id, document_number) references documents (tenant_id, number) on delete cascade
);
-- Every vector of the tenant is read for a question: they stay in the row, and the text moves out.
alter table chunks alter column embedding set storage main;
select attune_isolate_by_tenant('chunks');

create table postings (
  tenant_id text not null,
  lexeme text collate "C" not null,
  document_number integer not null,
  position integer not null,
  -- How often the lexeme occurs in the chunk, and the chunk's terms.
  frequency integer not null check (frequency > 0),
  length integer not null check (length >= frequency),
  primary key (tenant_id, lexeme, document_number, position) include (frequency, length),
  foreign key (tenant_id, document_number, position) references chunks (tenant_id, document_number, position) on delete cascade
);
create index postings_by_chunk on postings (tenant_id, document_number, position);
select attune_isolate_by_tenant('postings');

grant select, insert, update, delete on corpora, documents to attune_tenant;
grant select, insert, delete on chunks, postings to attune_tenant;

-- The `vector` extension makes comparing fast; stock Postgres has none, or does not let this role create it.
do $$
begin
  create extension if not exists vector;
exception when others then
  raise notice 'without the vector extension: %', sqlerrm;
end;
$$;

-- Makes attune_similarity(real[], real[]), the inner product of two vectors of one length (the cosine, as they have length 1), from
-- the extension where it is there. An operator who adds the extension later calls this again as the owner.
create function attune_choose_similarity() returns void
  language plpgsql
as $choose$
begin
  if exists (select from pg_extension where extname = 'vector') then
    create or replace function attune_similarity(a real[], b real[]) returns double precision
      language sql immutable parallel safe
    as 'select -(a::vector <#> b::vector)';
  else
    create or replace function attune_similarity(a real[], b real[]) returns double precision
      language plpgsql immutable parallel safe
    as $$
    declare
      total double precision := 0;
    begin
      for i in 1 .. cardinality(a) loop
        total := total + a[i] * b[i];
      end loop;
      return total;
    end;
    $$;
  end if;
end;
$choose$;
select attune_choose_similarity();
revoke execute on function attune_choose_similarity() from public;
grant execute on function attune_similarity(real[], real[]) to attune_tenant;
