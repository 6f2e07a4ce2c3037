-- A store outside of this database may keep a chunk's vector, under this key and the chunk's position; the row's own is then empty.
-- Every time a document is put there it is under a new key, so that rows alone decide which of the vectors count.
alter table chunks add column external_key text;
create index chunks_by_external_key on chunks (tenant_id, external_key, position) where external_key is not null;
-- Tells in two look-ups whether all of a tenant's vectors were made by one embedder.
create index chunks_by_embedder on chunks (tenant_id, embedder);
