import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Database, allTenants } from '#database';
import type { IdempotencyKeyEntity } from './idempotency-key.entity.js';
import { ConflictError, canonicalJson } from '#kernel';
import { type StoredResponse, openAnswer, sealAnswer } from './sealed-answer.js';

/** A request that must not take effect twice. */
export interface Attempt {
  /** The tenant of the credential; null for the platform. */
  readonly tenantId: string | null;
  readonly actor: string;
  readonly key: string;
  /** Digest of method, path and body. */
  readonly digest: string;
  /** Encrypts the stored response; the same for every repetition by the same actor. */
  readonly secret: string;
}

/** The right to run a request, until another request takes it over. `keep` or one of the releases must follow. */
export interface Claim extends Attempt {
  /** As Postgres writes it, to the microsecond. */
  readonly claimedAt: string;
}

type IdempotencyKeyRow = Pick<IdempotencyKeyEntity, 'took_effect' | 'sealed_answer'> & {
  readonly is_same_request: boolean;
};

/** A request that takes longer is considered dead, and its key can be used again. */
const maxRequestDuration = '5 minutes';
const keptFor = '24 hours';
/** Expired rows are deleted in small batches, and an hour late: a slow request may still need its row. */
const pruneBatchSize = 100;
const pruneAfter = '1 hour';

/** Stores idempotent requests and their responses. Each method but `run` uses its own transaction. */
@Injectable()
export class IdempotencyRepository {
  constructor(private readonly database: Database) {}

  /**
   * Returns a claim when the request is the first with its key, and may `run`; otherwise the response to the first request. With
   * `mayTakeOver`, also when the first one has no response and has changed nothing: its claim is lost.
   *
   * @throws ConflictError when the key was used for another request, or the first request is still running.
   */
  claim(attempt: Attempt, mayTakeOver = false): Promise<Claim | StoredResponse> {
    return this.inScopeOf(attempt, async () => {
      const claimedAt = await this.insert(attempt, mayTakeOver);
      if (claimedAt === null) return openKeptAnswer(await this.find(attempt), attempt);
      await this.prune();
      return { ...attempt, claimedAt };
    });
  }

  /**
   * Runs the request. Its changes are committed together with a mark on its key.
   *
   * @throws ConflictError when the claim was lost, because a repetition took it over or the tenant was deleted; then nothing is changed.
   */
  run<T>(claim: Claim, work: () => Promise<T>): Promise<T> {
    return this.database.withCommitHook(() => this.mark(claim), work);
  }

  /** Stores the response, which repetitions get for 24 hours. */
  async keep(claim: Claim, answer: StoredResponse): Promise<void> {
    const sql = `UPDATE idempotency_keys SET sealed_answer = $3, expires_at = created_at + interval '${keptFor}'
      WHERE ${claimCondition} AND sealed_answer IS NULL`;
    const values = [...claimParameters(claim), sealAnswer(answer, claim.secret)];
    await this.inScopeOf(claim, () => this.database.query(sql, values));
  }

  /** Frees the key of a refused request, so that it can be tried again. */
  release(claim: Claim): Promise<void> {
    return this.deleteUnanswered(claim, 'true');
  }

  /** Frees the key unless the request has changed something. Waits for a commit that is still running. */
  releaseUnlessMarked(claim: Claim): Promise<void> {
    return this.deleteUnanswered(claim, 'NOT took_effect');
  }

  private async deleteUnanswered(claim: Claim, condition: string): Promise<void> {
    const sql = `DELETE FROM idempotency_keys WHERE ${claimCondition} AND sealed_answer IS NULL AND ${condition}`;
    await this.inScopeOf(claim, () => this.database.query(sql, claimParameters(claim)));
  }

  private async mark(claim: Claim): Promise<void> {
    const sql = 'SELECT attune_mark_request($1, $2::timestamptz) AS is_marked';
    const [row] = await this.database.query<{ is_marked: boolean }>(sql, claimParameters(claim));
    if (row?.is_marked !== true) throw new ConflictError(claimLostMessage);
  }

  /** Returns the time of the claim; null when the key is in use. Waits for a transaction that inserts the same key. */
  private async insert(attempt: Attempt, mayTakeOver: boolean): Promise<string | null> {
    const sql = `INSERT INTO idempotency_keys AS known (key_sha256, tenant_id, request_sha256, expires_at)
      VALUES ($1, $2, decode($3, 'hex'), now() + interval '${maxRequestDuration}')
      ON CONFLICT (key_sha256) DO UPDATE SET request_sha256 = excluded.request_sha256, sealed_answer = NULL,
        took_effect = false, expires_at = excluded.expires_at, created_at = excluded.created_at
      WHERE known.expires_at <= now() OR ($4 AND known.sealed_answer IS NULL AND NOT known.took_effect
        AND known.request_sha256 = excluded.request_sha256)
      RETURNING created_at::text AS claimed_at`;
    const values = [keyHashOf(attempt), attempt.tenantId, attempt.digest, mayTakeOver];
    const [row] = await this.database.query<{ claimed_at: string }>(sql, values);
    return row?.claimed_at ?? null;
  }

  private async find(attempt: Attempt): Promise<IdempotencyKeyRow | undefined> {
    const sql = `SELECT request_sha256 = decode($2, 'hex') AS is_same_request, took_effect, sealed_answer
      FROM idempotency_keys WHERE key_sha256 = $1`;
    const [row] = await this.database.query<IdempotencyKeyRow>(sql, [keyHashOf(attempt), attempt.digest]);
    return row;
  }

  /** Skips rows that another transaction is deleting, so that no request waits and none deadlock. */
  private async prune(): Promise<void> {
    await this.database.query(`DELETE FROM idempotency_keys WHERE key_sha256 IN (
      SELECT key_sha256 FROM idempotency_keys WHERE expires_at <= now() - interval '${pruneAfter}' LIMIT ${pruneBatchSize} FOR UPDATE SKIP LOCKED)`);
  }

  private inScopeOf<T>({ tenantId }: Attempt, work: () => Promise<T>): Promise<T> {
    return tenantId === null
      ? this.database.asPlatform(allTenants, work)
      : this.database.asTenant(tenantId, work);
  }
}

/** A key belongs to its actor: the same key of two actors means two requests. */
function keyHashOf({ tenantId, actor, key }: Attempt): Buffer {
  return createHash('sha256')
    .update(canonicalJson([tenantId, actor, key]))
    .digest();
}

/** The parameters $1 and $2 come from `claimParameters`. */
const claimCondition = 'key_sha256 = $1 AND created_at = $2::timestamptz';

function claimParameters(claim: Claim): [Buffer, string] {
  return [keyHashOf(claim), claim.claimedAt];
}

const claimLostMessage =
  'The request lost its Idempotency-Key: it took too long and was repeated, or its tenant was deleted. It changed nothing more.';
const anotherRequestMessage = 'This Idempotency-Key was used for another request; use a new key.';
const anotherCredentialMessage =
  'The first request with this Idempotency-Key came with another credential of the same caller: an API key, or the session that it opened. Use a new key.';
const stillRunningMessage =
  'The first request with this Idempotency-Key is still running; try again shortly.';
const answerMissingMessage =
  'The first request with this Idempotency-Key may have taken effect, but its response is not ready or was lost. Try again shortly; if this repeats, check what the request has created.';

/** `row` is undefined when the first request has just failed and freed the key. */
function openKeptAnswer(row: IdempotencyKeyRow | undefined, { secret }: Attempt): StoredResponse {
  if (row && !row.is_same_request) throw new ConflictError(anotherRequestMessage);
  if (!row?.sealed_answer)
    throw new ConflictError(row?.took_effect ? answerMissingMessage : stillRunningMessage);
  try {
    return openAnswer(row.sealed_answer, secret);
  } catch {
    throw new ConflictError(anotherCredentialMessage);
  }
}
