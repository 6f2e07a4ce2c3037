import { Injectable } from '@nestjs/common';
import { Database } from '#database';

/** When the next try is possible. */
export interface AttemptReset {
  readonly resets_at: Date;
  readonly retry_after_s: number;
}

/** Rows that one call deletes at most. */
const maxDeleted = 100;

const recent = `ARRAY(SELECT time FROM unnest(tries.tried_at) time
  WHERE time > statement_timestamp() - interval '1 minute' ORDER BY time DESC)`;

/** Counts tries per address by the clock of Postgres. Every method runs in the open transaction of the platform. */
@Injectable()
export class SignInAttemptsRepository {
  constructor(private readonly database: Database) {}

  /** False if there were `limit` within the last minute; then nothing is counted. Concurrent calls for an address wait. */
  async tryCount(address: string, limit: number): Promise<boolean> {
    const [counted] = await this.database.query<{ is_new: boolean }>(countSql, [address, limit]);
    if (counted?.is_new) await this.database.query(deleteOutdatedSql, [maxDeleted]);
    return counted !== undefined;
  }

  /** When the oldest of the last `limit` tries is a minute old; null if there were fewer within the last minute. */
  async findReset(address: string, limit: number): Promise<AttemptReset | null> {
    const [reset] = await this.database.query<AttemptReset>(resetSql, [address, limit]);
    return reset ?? null;
  }
}

/** $1 address, $2 limit. */
const countSql = `
INSERT INTO sign_in_attempts AS tries (address, tried_at)
VALUES ($1, ARRAY[clock_timestamp()])
ON CONFLICT (address) DO UPDATE SET tried_at = clock_timestamp() || ${recent}
WHERE cardinality(${recent}) < $2
RETURNING xmax = 0 AS is_new`;

/** $1 maximum. Rows that another transaction uses stay. */
const deleteOutdatedSql = `
DELETE FROM sign_in_attempts WHERE address IN (
  SELECT address FROM sign_in_attempts WHERE tried_at[1] < statement_timestamp() - interval '1 minute'
  LIMIT $1 FOR UPDATE SKIP LOCKED
)`;

/** $1 address, $2 limit. */
const resetSql = `
SELECT time + interval '1 minute' AS resets_at,
  greatest(1, ceil(extract(epoch FROM time + interval '1 minute' - clock_timestamp())))::int AS retry_after_s
FROM sign_in_attempts, unnest(tried_at) time
WHERE address = $1 AND time > statement_timestamp() - interval '1 minute'
ORDER BY time DESC OFFSET $2 - 1 LIMIT 1`;
