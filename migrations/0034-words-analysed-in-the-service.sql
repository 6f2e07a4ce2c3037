-- Words are analysed in the service. A lexeme of version n of its analyser begins with the character of the code n, so lexemes of two
-- versions never match. Those that Postgres made begin with none. Version 0 stands for them.

-- Which version is searched, how many chunks have lexemes of the newest version, their lengths, and the languages of the documents.
alter table corpora
  add column analyser smallint not null default 0 check (analyser between 0 and 127),
  add column indexed bigint not null default 0,
  add column length bigint not null default 0,
  add column languages text[] not null default '{}';

-- The platform finds the tenants whose words are to be indexed again.
grant select (tenant_id, analyser, chunks, indexed) on corpora to attune_platform;

-- The version of a chunk's newest lexemes, and how often all of them occur in it.
alter table chunks
  add column analyser smallint not null default 0,
  add column length integer not null default 0;
grant update (analyser, length) on chunks to attune_tenant;
