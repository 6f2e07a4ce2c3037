import { Injectable } from '@nestjs/common';
import { Database } from '#database';
import type { DeliveryRecord } from '../webhook-delivery.entity.js';
import type { WebhookEntity } from '../webhook.entity.js';

/** The tenant whose webhooks are meant; null for the platform. */
export type WebhookOwner = string | null;

/** A webhook as its owner may read it. */
export type WebhookRecord = Pick<
  WebhookEntity,
  | 'id'
  | 'url'
  | 'events'
  | 'state'
  | 'state_reason'
  | 'failing_since'
  | 'rotation_ends_at'
  | 'created_by'
  | 'created_at'
>;

export interface NewWebhook {
  readonly url: string;
  readonly events: readonly string[];
  readonly secret: Buffer;
  readonly createdBy: string;
}

/** Undefined members stay as they are. */
export interface WebhookChange {
  readonly url?: string | undefined;
  readonly events?: readonly string[] | undefined;
  readonly state?: 'active' | 'disabled' | undefined;
}

/** A page of deliveries, newest first; `before` is the id of the last one of the page before. */
export interface DeliveryPage {
  readonly limit: number;
  readonly before: string | null;
  readonly state: string | null;
}

const columns =
  'id, url, events, state, state_reason, failing_since, rotation_ends_at, created_by, created_at';
const deliveryColumns = 'id, event, tenant_id, state, data, attempts, next_attempt_at, created_at';
/** Platform transactions see the webhooks of tenants, too. */
const isOwned = 'tenant_id IS NOT DISTINCT FROM $1';

/** Webhooks and their deliveries for their owner; every method runs in the caller's transaction. */
@Injectable()
export class WebhookRepository {
  constructor(private readonly database: Database) {}

  /** All webhooks of the owner, newest first. There are few. */
  list(owner: WebhookOwner): Promise<WebhookRecord[]> {
    const sql = `SELECT ${columns} FROM webhooks WHERE ${isOwned} ORDER BY created_at DESC, id DESC`;
    return this.database.query(sql, [owner]);
  }

  async find(owner: WebhookOwner, id: string): Promise<WebhookRecord | null> {
    const sql = `SELECT ${columns} FROM webhooks WHERE ${isOwned} AND id = $2`;
    return (await this.database.query<WebhookRecord>(sql, [owner, id]))[0] ?? null;
  }

  async insert(owner: WebhookOwner, { url, events, secret, createdBy }: NewWebhook): Promise<WebhookRecord> {
    const sql = `INSERT INTO webhooks (tenant_id, url, events, secret, created_by) VALUES ($1, $2, $3, $4, $5) RETURNING ${columns}`;
    const rows = await this.database.query<WebhookRecord>(sql, [
      owner,
      url,
      unique(events),
      secret,
      createdBy,
    ]);
    return rows[0]!;
  }

  /** Setting a state forgets the failures. A disabled webhook has no pending deliveries. */
  async update(
    owner: WebhookOwner,
    id: string,
    { url, events, state }: WebhookChange,
  ): Promise<WebhookRecord | null> {
    const sql = `UPDATE webhooks SET url = coalesce($3, url), events = coalesce($4, events), state = coalesce($5, state),
        state_reason = CASE WHEN $5 IS NULL THEN state_reason END, failing_since = CASE WHEN $5 IS NULL THEN failing_since END,
        paused_until = NULL
      WHERE ${isOwned} AND id = $2 RETURNING ${columns}`;
    const values = [owner, id, url ?? null, events ? unique(events) : null, state ?? null];
    const [updated] = await this.database.query<WebhookRecord>(sql, values);
    if (updated?.state === 'disabled') await this.endPending(id);
    return updated ?? null;
  }

  private async endPending(webhookId: string): Promise<void> {
    const sql = `UPDATE webhook_deliveries SET state = 'failed', next_attempt_at = NULL WHERE webhook_id = $1 AND state = 'pending'`;
    await this.database.query(sql, [webhookId]);
  }

  /** The secret before it stays valid for a day: a trigger of the database keeps it. */
  async rotateSecret(owner: WebhookOwner, id: string, secret: Buffer): Promise<WebhookRecord | null> {
    const sql = `UPDATE webhooks SET secret = $3 WHERE ${isOwned} AND id = $2 RETURNING ${columns}`;
    return (await this.database.query<WebhookRecord>(sql, [owner, id, secret]))[0] ?? null;
  }

  async delete(owner: WebhookOwner, id: string): Promise<boolean> {
    const sql = `DELETE FROM webhooks WHERE ${isOwned} AND id = $2 RETURNING 1`;
    return (await this.database.query(sql, [owner, id])).length > 0;
  }

  listDeliveries(webhookId: string, { limit, before, state }: DeliveryPage): Promise<DeliveryRecord[]> {
    const sql = `SELECT ${deliveryColumns} FROM webhook_deliveries
      WHERE webhook_id = $1 AND ($3::text IS NULL OR state = $3)
        AND ($4::text IS NULL OR (created_at, id) < (SELECT created_at, id FROM webhook_deliveries WHERE webhook_id = $1 AND id = $4))
      ORDER BY created_at DESC, id DESC LIMIT $2`;
    return this.database.query(sql, [webhookId, limit, state, before]);
  }

  /** Makes a delivery due now, with all attempts before it. */
  async replay(webhookId: string, deliveryId: string): Promise<DeliveryRecord | null> {
    const sql = `UPDATE webhook_deliveries SET state = 'pending', attempt_count = 0, next_attempt_at = now()
      WHERE webhook_id = $1 AND id = $2 RETURNING ${deliveryColumns}`;
    return (await this.database.query<DeliveryRecord>(sql, [webhookId, deliveryId]))[0] ?? null;
  }
}

function unique(events: readonly string[]): string[] {
  return [...new Set(events)];
}
