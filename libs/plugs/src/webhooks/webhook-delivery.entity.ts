import { Column, CreateDateColumn, Entity, PrimaryColumn } from 'typeorm';

/** How one attempt ended. */
export interface DeliveryAttempt {
  readonly at: string;
  /** null: no answer. */
  readonly status: number | null;
  readonly latency_ms: number;
  /** Why the attempt failed; null when it succeeded. */
  readonly error: string | null;
  /** The first 200 characters of the answer. */
  readonly response: string | null;
}

/** One event for one webhook, and the log of its attempts. */
@Entity('webhook_deliveries')
export class WebhookDeliveryEntity {
  /** The `webhook-id` of every attempt. */
  @PrimaryColumn('text') readonly id!: string;
  @Column('text') readonly webhook_id!: string;
  @Column('boolean') readonly is_platform!: boolean;
  /** The tenant that the event is about; null for events of the platform. */
  @Column('text', { nullable: true }) readonly tenant_id!: string | null;
  @Column('text') readonly event!: string;
  @Column('jsonb') readonly data!: Readonly<Record<string, unknown>>;
  /** Of an event that is noticed again and again, and told once. */
  @Column('text', { nullable: true }) readonly once_key!: string | null;
  @Column('text') readonly state!: 'pending' | 'delivered' | 'failed';
  /** Since it was created or replayed. */
  @Column('integer') readonly attempt_count!: number;
  @Column('timestamptz', { nullable: true }) readonly next_attempt_at!: Date | null;
  @Column('jsonb') readonly attempts!: readonly DeliveryAttempt[];
  @CreateDateColumn({ type: 'timestamptz' }) readonly created_at!: Date;
}

/** A delivery as the log shows it. */
export type DeliveryRecord = Pick<
  WebhookDeliveryEntity,
  'id' | 'event' | 'tenant_id' | 'state' | 'data' | 'attempts' | 'next_attempt_at' | 'created_at'
>;
