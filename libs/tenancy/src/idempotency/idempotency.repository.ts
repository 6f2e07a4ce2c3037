import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Database, allTenants } from '#database';
import type { IdempotentRequest, KeptAnswer } from '#http';
import { ConflictError, canonicalJson } from '#kernel';
import { openAnswer, sealAnswer } from './sealed-answer.js';

/** One request that must not take effect twice. */
export interface Attempt extends IdempotentRequest {
  /** What its kept answer is sealed with; the same whenever the same asker repeats the request. */
  readonly secret: string;
}

interface Row {
  readonly is_same_request: boolean;
  readonly took_effect: boolean;
  readonly sealed_answer: Buffer | null;
}

/** A request that has not ended by then died with its process; the key may be used again. */
const longestRequest = '5 minutes';
const keptFor = '24 hours';
/** Expired rows deleted in passing, at most. */
const prunedAtOnce = 100;

/** Remembers idempotent requests and their answers, in a transaction of its own each time. */
@Injectable()
export class IdempotencyRepository {
  constructor(private readonly database: Database) {}

  /**
   * Null: the request is the first of its key and may `run`; `keep` or one of the releases must follow. Otherwise the answer that the
   * first one got.
   *
   * @throws ConflictError when the key was used for another request, or the first one still runs.
   */
  claim(attempt: Attempt): Promise<KeptAnswer | null> {
    return this.inScopeOf(attempt, async () => {
      if (await this.insert(attempt)) {
        await this.prune();
        return null;
      }
      return answerOf(await this.find(attempt), attempt);
    });
  }

  /** Runs the request. Whatever it changes is committed with a mark on its key. */
  run<T>(attempt: Attempt, work: () => Promise<T>): Promise<T> {
    const mark = 'SELECT attune_mark_request($1)';
    return this.database.endingWith(() => this.database.query(mark, [nameOf(attempt)]), work);
  }

  /** From now on, and for 24 hours, this is the answer to the same request. */
  async keep(attempt: Attempt, answer: KeptAnswer): Promise<void> {
    const sql = `UPDATE idempotency_keys SET sealed_answer = $2, expires_at = created_at + interval '${keptFor}'
      WHERE key_sha256 = $1 AND sealed_answer IS NULL`;
    const values = [nameOf(attempt), sealAnswer(answer, attempt.secret)];
    await this.inScopeOf(attempt, () => this.database.query(sql, values));
  }

  /** The request was refused: it may be tried again under the same key. */
  release(attempt: Attempt): Promise<void> {
    return this.free(attempt, 'true');
  }

  /** The same unless something was changed, or is still being committed, which is waited for. */
  releaseUnlessMarked(attempt: Attempt): Promise<void> {
    return this.free(attempt, 'NOT took_effect');
  }

  private async free(attempt: Attempt, condition: string): Promise<void> {
    const sql = `DELETE FROM idempotency_keys WHERE key_sha256 = $1 AND sealed_answer IS NULL AND ${condition}`;
    await this.inScopeOf(attempt, () => this.database.query(sql, [nameOf(attempt)]));
  }

  /** False when the key is in use. Waits for whoever is inserting the same one. */
  private async insert(attempt: Attempt): Promise<boolean> {
    const sql = `INSERT INTO idempotency_keys AS known (key_sha256, tenant_id, request_sha256, expires_at)
      VALUES ($1, $2, decode($3, 'hex'), now() + interval '${longestRequest}')
      ON CONFLICT (key_sha256) DO UPDATE SET request_sha256 = excluded.request_sha256, sealed_answer = NULL,
        took_effect = false, expires_at = excluded.expires_at, created_at = excluded.created_at
      WHERE known.expires_at <= now() RETURNING true`;
    const rows = await this.database.query(sql, [nameOf(attempt), attempt.tenantId, attempt.digest]);
    return rows.length > 0;
  }

  private async find(attempt: Attempt): Promise<Row | undefined> {
    const sql = `SELECT request_sha256 = decode($2, 'hex') AS is_same_request, took_effect, sealed_answer
      FROM idempotency_keys WHERE key_sha256 = $1`;
    const [row] = await this.database.query<Row>(sql, [nameOf(attempt), attempt.digest]);
    return row;
  }

  /** Skips rows that others are pruning, so that nobody waits and no two wait for each other. */
  private async prune(): Promise<void> {
    await this.database.query(`DELETE FROM idempotency_keys WHERE key_sha256 IN (
      SELECT key_sha256 FROM idempotency_keys WHERE expires_at <= now() LIMIT ${prunedAtOnce} FOR UPDATE SKIP LOCKED)`);
  }

  private inScopeOf<T>({ tenantId }: Attempt, work: () => Promise<T>): Promise<T> {
    return tenantId === null
      ? this.database.asPlatform(allTenants, work)
      : this.database.asTenant(tenantId, work);
  }
}

/** A key is its asker's own: two askers with the same one do not meet. */
function nameOf({ tenantId, actor, key }: Attempt): Buffer {
  return createHash('sha256')
    .update(canonicalJson([tenantId, actor, key]))
    .digest();
}

const anotherRequest = 'This Idempotency-Key was used for another request; use a new one.';
const stillRunning = 'The first request with this Idempotency-Key is still running; try again shortly.';
const answerMissing =
  'The first request with this Idempotency-Key may have taken effect, and its answer is still being made or was lost. Try again shortly; if that does not help, look up what it made.';

/** `row` is undefined when the first request has just failed and let go of the key. */
function answerOf(row: Row | undefined, { secret }: Attempt): KeptAnswer {
  if (row && !row.is_same_request) throw new ConflictError(anotherRequest);
  if (!row?.sealed_answer) throw new ConflictError(row?.took_effect ? answerMissing : stillRunning);
  return openAnswer(row.sealed_answer, secret);
}
