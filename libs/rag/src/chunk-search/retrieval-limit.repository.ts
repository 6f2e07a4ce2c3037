import { Injectable } from '@nestjs/common';
import { Database } from '#database';

/** A search that was counted. */
export interface CountedRetrieval {
  /** Within the last minute, with this one. */
  readonly used: number;
  /** Seconds until one of them is a minute old. */
  readonly reset_s: number;
  /** The version of the tenant's documents; 0 if it never had one. */
  readonly documents_version: number;
  /** True if the credential had no row. */
  readonly is_new: boolean;
}

/** When the next search can be counted. */
export interface RetrievalReset {
  readonly resets_at: Date;
  readonly retry_after_s: number;
}

/** Rows that one call deletes at most. */
const maxDeleted = 100;

const recent = `ARRAY(SELECT time FROM unnest(spent.spent_at) time
  WHERE time > statement_timestamp() - interval '1 minute' ORDER BY time DESC)`;
const secondsLeft = (time: string) =>
  `greatest(1, ceil(extract(epoch FROM ${time} + interval '1 minute' - clock_timestamp())))::int`;

/** Counts searches per credential by the clock of Postgres. Every method runs in the open transaction, for its tenant. */
@Injectable()
export class RetrievalLimitRepository {
  constructor(private readonly database: Database) {}

  /** null if there were `limit` within the last minute; then nothing is counted. Concurrent calls of a credential wait. */
  async tryCount(credential: string, limit: number): Promise<CountedRetrieval | null> {
    const [counted] = await this.database.query<CountedRetrieval>(countSql, [credential, limit]);
    if (counted?.is_new) await this.database.query(deleteOutdatedSql, [maxDeleted]);
    return counted ?? null;
  }

  /** When the oldest of the last `limit` searches is a minute old; null if there were fewer within the last minute. */
  async findReset(credential: string, limit: number): Promise<RetrievalReset | null> {
    const [reset] = await this.database.query<RetrievalReset>(resetSql, [credential, limit]);
    return reset ?? null;
  }
}

/** $1 credential, $2 limit. */
const countSql = `
INSERT INTO spent_retrievals AS spent (tenant_id, credential, spent_at)
VALUES (attune_current_tenant(), $1, ARRAY[clock_timestamp()])
ON CONFLICT (tenant_id, credential) DO UPDATE SET spent_at = clock_timestamp() || ${recent}
WHERE cardinality(${recent}) < $2
RETURNING cardinality(spent_at) AS used, ${secondsLeft('spent_at[cardinality(spent_at)]')} AS reset_s,
  xmax = 0 AS is_new, coalesce((SELECT version::float8 FROM corpora), 0) AS documents_version`;

/** $1 maximum. Rows that another transaction uses stay. */
const deleteOutdatedSql = `
DELETE FROM spent_retrievals WHERE credential IN (
  SELECT credential FROM spent_retrievals WHERE spent_at[1] < statement_timestamp() - interval '1 minute'
  LIMIT $1 FOR UPDATE SKIP LOCKED
)`;

/** $1 credential, $2 limit. */
const resetSql = `
SELECT time + interval '1 minute' AS resets_at, ${secondsLeft('time')} AS retry_after_s
FROM spent_retrievals, unnest(spent_at) time
WHERE credential = $1 AND time > statement_timestamp() - interval '1 minute'
ORDER BY time DESC OFFSET $2 - 1 LIMIT 1`;
