import { Injectable } from '@nestjs/common';
import { Database } from '#database';
import type { DeliveryAttempt, WebhookDeliveryEntity } from '../webhook-delivery.entity.js';
import { disabledAfter, failingAfter } from './retry-schedule.js';
import type { OutgoingDelivery } from './webhook-sender.js';
import { testEventName } from '../webhook-events.js';

/** The right to send to one webhook, for 30 seconds after it was claimed or a batch was taken. */
export interface Lease {
  readonly webhookId: string;
  /** The end of the lease, as Postgres writes it. Who renewed it last, has it. */
  readonly until: string;
}

/** A delivery whose time has come. */
export interface DueDelivery extends OutgoingDelivery {
  readonly webhookId: string;
  /** Attempts so far. */
  readonly attemptCount: number;
}

/** Deliveries of one webhook that are sent at the same time. */
export interface Batch {
  readonly lease: Lease;
  readonly deliveries: readonly DueDelivery[];
}

/** A delivery of the event `webhook.test`. */
export interface NewTest {
  /** The tenant of the webhook; null for the platform. */
  readonly owner: string | null;
  readonly webhookId: string;
  readonly data: object;
}

/** What follows an attempt that failed. */
export interface FailedAttempt {
  readonly attempt: DeliveryAttempt;
  /** null: it was the last attempt. */
  readonly nextDelayMs: number | null;
  /** All deliveries of the webhook wait so long. */
  readonly pauseMs: number;
  /** The receiver wants nothing any more. */
  readonly isGone: boolean;
}

type DueRow = Pick<WebhookDeliveryEntity, 'event' | 'data' | 'attempt_count' | 'created_at'> & {
  readonly lease: string;
  readonly url: string;
  readonly secrets: Buffer[];
  readonly id: string | null;
};

const leaseTime = `clock_timestamp() + interval '30 seconds'`;
const maxAttemptsInLog = 20;
const retentionDays = 30;
const pruneBatchSize = 5_000;

const appendAttempt = `attempts = CASE WHEN jsonb_array_length(attempts) >= ${maxAttemptsInLog} THEN attempts - 0 ELSE attempts END || $2::jsonb`;
/** The current one first. After a rotation the one before signs too, for a day. */
const signingSecrets =
  'CASE WHEN rotation_ends_at > now() THEN ARRAY[secret, previous_secret] ELSE ARRAY[secret] END';
const isDue = `d.state = 'pending' AND d.next_attempt_at <= now()`;

/** Deliveries as rows, for the worker. Each method uses a transaction of its own; a webhook's row is locked before its deliveries. */
@Injectable()
export class DeliveryRepository {
  constructor(private readonly database: Database) {}

  /** Leases up to `limit` webhooks that have something to send and that no replica serves. Those not served for longest come first. */
  claim(limit: number): Promise<Lease[]> {
    // Steps from webhook to webhook in the index, however many deliveries one of them has.
    const sql = `WITH RECURSIVE pending AS (
        SELECT min(webhook_id) AS id FROM webhook_deliveries WHERE state = 'pending'
        UNION ALL
        SELECT (SELECT min(d.webhook_id) FROM webhook_deliveries d WHERE d.state = 'pending' AND d.webhook_id > p.id)
        FROM pending p WHERE p.id IS NOT NULL
      ), chosen AS (
        SELECT w.id FROM webhooks w
        WHERE w.id IN (SELECT p.id FROM pending p) AND w.state <> 'disabled' AND coalesce(w.leased_until < now(), true)
          AND coalesce(w.paused_until <= now(), true) AND EXISTS (SELECT FROM webhook_deliveries d WHERE d.webhook_id = w.id AND ${isDue})
        ORDER BY w.leased_until NULLS FIRST LIMIT $1 FOR NO KEY UPDATE SKIP LOCKED
      )
      UPDATE webhooks w SET leased_until = ${leaseTime} FROM chosen c WHERE w.id = c.id
      RETURNING w.id AS "webhookId", w.leased_until::text AS until`;
    return this.run(sql, [limit]);
  }

  /**
   * Renews the lease and returns what is due: `limit` deliveries, or one if the webhook is failing. Null if the lease was lost, or the
   * webhook was deleted, disabled or paused.
   */
  async takeBatch({ webhookId, until }: Lease, limit: number): Promise<Batch | null> {
    const sql = `WITH renewed AS (
        UPDATE webhooks SET leased_until = ${leaseTime}
        WHERE id = $1 AND leased_until = $2::timestamptz AND state <> 'disabled' AND coalesce(paused_until <= now(), true)
        RETURNING id, url, state, leased_until, ${signingSecrets} AS secrets
      )
      SELECT r.leased_until::text AS lease, r.url, r.secrets, d.id, d.event, d.data, d.attempt_count, d.created_at
      FROM renewed r LEFT JOIN LATERAL (
        SELECT d.* FROM webhook_deliveries d WHERE d.webhook_id = r.id AND ${isDue}
        ORDER BY d.next_attempt_at LIMIT CASE r.state WHEN 'failing' THEN 1 ELSE $3::integer END) d ON true`;
    const rows = await this.run<DueRow>(sql, [webhookId, until, limit]);
    const [first] = rows;
    if (first === undefined) return null;
    const deliveries = rows.flatMap(({ id, attempt_count: attemptCount, ...row }) =>
      id === null ? [] : [{ ...row, id, webhookId, attemptCount }],
    );
    return { lease: { webhookId, until: first.lease }, deliveries };
  }

  /** Lets any replica claim the webhook again. */
  async release({ webhookId, until }: Lease): Promise<void> {
    const sql = `UPDATE webhooks SET leased_until = now() WHERE id = $1 AND leased_until = $2::timestamptz`;
    await this.run(sql, [webhookId, until]);
  }

  /** Ends a delivery that succeeded. The webhook is no longer failing. */
  async recordSuccess(delivery: DueDelivery, attempt: DeliveryAttempt): Promise<void> {
    await this.database.asWebhookWorker(async () => {
      await this.database.query(
        `UPDATE webhooks SET failing_since = NULL, state = 'active', state_reason = NULL
          WHERE id = $1 AND failing_since IS NOT NULL AND state <> 'disabled'`,
        [delivery.webhookId],
      );
      await this.database.query(
        `UPDATE webhook_deliveries SET state = 'delivered', attempt_count = attempt_count + 1, next_attempt_at = NULL, ${appendAttempt}
          WHERE id = $1 AND state = 'pending'`,
        [delivery.id, JSON.stringify(attempt)],
      );
    });
  }

  /**
   * Plans the next attempt, or ends the delivery. The webhook is failing if nothing has succeeded for `failingAfter`. It is disabled if
   * the receiver is gone, or if the last attempt of a delivery failed and nothing has succeeded for `disabledAfter`.
   */
  async recordFailure(delivery: DueDelivery, failed: FailedAttempt): Promise<void> {
    await this.database.asWebhookWorker(async () => {
      const [webhook] = await this.noteFailure(delivery.webhookId, failed);
      await this.database.query(
        `UPDATE webhook_deliveries SET state = CASE WHEN $3::float8 IS NULL THEN 'failed' ELSE 'pending' END,
            attempt_count = attempt_count + 1, next_attempt_at = now() + $3::float8 * interval '1 millisecond', ${appendAttempt}
          WHERE id = $1 AND state = 'pending'`,
        [delivery.id, JSON.stringify(failed.attempt), failed.nextDelayMs],
      );
      if (webhook?.state === 'disabled') await this.endPending(delivery.webhookId);
    });
  }

  private noteFailure(
    webhookId: string,
    { attempt, nextDelayMs, pauseMs, isGone }: FailedAttempt,
  ): Promise<{ state: string }[]> {
    const sql = `UPDATE webhooks w SET failing_since = coalesce(w.failing_since, now()), state = n.state,
        state_reason = CASE n.state WHEN w.state THEN w.state_reason WHEN 'failing' THEN 'No attempt has succeeded for ${failingAfter}. ' || $4
          WHEN 'disabled' THEN CASE WHEN $2 THEN $4 ELSE 'No attempt has succeeded for ${disabledAfter}. ' || $4 END END,
        paused_until = CASE WHEN $5::float8 > 0 THEN greatest(w.paused_until, now() + $5 * interval '1 millisecond') ELSE w.paused_until END
      FROM (
        SELECT id, CASE WHEN $2 THEN 'disabled' WHEN $3 AND failing_since <= now() - interval '${disabledAfter}' THEN 'disabled'
          WHEN failing_since <= now() - interval '${failingAfter}' THEN 'failing' ELSE state END AS state
        FROM webhooks WHERE id = $1 AND state <> 'disabled' FOR NO KEY UPDATE) n
      WHERE w.id = n.id RETURNING w.state`;
    const isExhausted = nextDelayMs === null;
    return this.database.query(sql, [webhookId, isGone, isExhausted, attempt.error, pauseMs]);
  }

  private async endPending(webhookId: string): Promise<void> {
    const sql = `UPDATE webhook_deliveries SET state = 'failed', next_attempt_at = NULL WHERE webhook_id = $1 AND state = 'pending'`;
    await this.database.query(sql, [webhookId]);
  }

  /** Adds a delivery that only its caller sends. Null if the owner has no such webhook. */
  async createTest({ owner, webhookId, data }: NewTest): Promise<OutgoingDelivery | null> {
    const sql = `WITH webhook AS (
        SELECT id, url, ${signingSecrets} AS secrets
        FROM webhooks WHERE id = $1 AND tenant_id IS NOT DISTINCT FROM $2
      ), created AS (
        INSERT INTO webhook_deliveries (webhook_id, is_platform, tenant_id, event, data, state, next_attempt_at)
        SELECT id, $2::text IS NULL, $2, $3, $4::jsonb, 'failed', NULL::timestamptz FROM webhook RETURNING id, event, data, created_at
      )
      SELECT c.*, w.url, w.secrets FROM created c CROSS JOIN webhook w`;
    const rows = await this.run<OutgoingDelivery>(sql, [
      webhookId,
      owner,
      testEventName,
      JSON.stringify(data),
    ]);
    return rows[0] ?? null;
  }

  /** When the newest tests of the webhook began, at most `limit` of the last minute, oldest first. */
  async findRecentTests(webhookId: string, owner: string | null, limit: number): Promise<Date[]> {
    const sql = `SELECT created_at FROM webhook_deliveries
      WHERE webhook_id = $1 AND tenant_id IS NOT DISTINCT FROM $2 AND event = $3 AND created_at > now() - interval '1 minute'
      ORDER BY created_at DESC, id DESC LIMIT $4`;
    const rows = await this.run<{ created_at: Date }>(sql, [webhookId, owner, testEventName, limit]);
    return rows.map(({ created_at: at }) => at).toReversed();
  }

  async endTest(id: string, state: 'delivered' | 'failed', attempt: DeliveryAttempt): Promise<void> {
    const sql = `UPDATE webhook_deliveries SET state = $3, attempt_count = 1, ${appendAttempt} WHERE id = $1`;
    await this.run(sql, [id, JSON.stringify(attempt), state]);
  }

  /** How many webhooks are in each state. */
  countByState(): Promise<{ state: string; count: number }[]> {
    return this.run(`SELECT state, count(*)::float8 AS count FROM webhooks GROUP BY state`);
  }

  /**
   * Deletes deliveries older than 30 days, also those of a receiver that asks for one pause after the other. What is sent once in a month
   * is kept for longer. One batch a call; returns how many.
   */
  async prune(): Promise<number> {
    const sql = `DELETE FROM webhook_deliveries WHERE id IN (
        SELECT id FROM webhook_deliveries
        WHERE created_at < now() - interval '${retentionDays} days' AND (once_key IS NULL OR created_at < now() - interval '40 days')
        LIMIT ${pruneBatchSize} FOR UPDATE SKIP LOCKED)
      RETURNING 1`;
    return (await this.run(sql)).length;
  }

  private run<Row>(sql: string, values: unknown[] = []): Promise<Row[]> {
    return this.database.asWebhookWorker(() => this.database.query<Row>(sql, values));
  }
}
