-- Questions that a tenant keeps, with what must be in their answers: a change with a gate is made only when all pass under it.
create table golden_questions (
  tenant_id text not null references tenants (tenant_id) on delete cascade,
  id text not null check (id ~ '^[a-z0-9]{8,32}$'),
  -- The tenant's own count: the order of lists, and which one is the first.
  number integer not null check (number > 0),
  question text not null check (length(question) between 1 and 4000),
  -- Documents that must be among the sources, and phrases that must occur in the answer. Neither: an answer is all that is asked.
  expect_sources text[] not null default '{}' check (cardinality(expect_sources) <= 20 and array_position(expect_sources, null) is null),
  expect_phrases text[] not null default '{}' check (cardinality(expect_phrases) <= 20 and array_position(expect_phrases, null) is null),
  created_at timestamptz not null default now(),
  primary key (tenant_id, id),
  unique (tenant_id, number)
);
select attune_isolate_by_tenant('golden_questions');
grant select, insert, delete on golden_questions to attune_tenant;
select attune_audit('golden_questions', 'golden_question');
