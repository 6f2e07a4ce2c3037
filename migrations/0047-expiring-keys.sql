-- The keys that expire soon are counted every minute.
create index api_keys_by_expiry on api_keys (expires_at) where expires_at is not null;
