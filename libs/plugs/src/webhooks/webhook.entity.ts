import { Column, CreateDateColumn, Entity, PrimaryColumn } from 'typeorm';

/** A receiver of events. Only the worker may read the columns from `secret` to `paused_until`, apart from `rotation_ends_at`. */
@Entity('webhooks')
export class WebhookEntity {
  @PrimaryColumn('text') readonly id!: string;
  /** null: the platform's, for events of all tenants. */
  @Column('text', { nullable: true }) readonly tenant_id!: string | null;
  @Column('text') readonly url!: string;
  @Column('text', { array: true }) readonly events!: readonly string[];
  @Column('text') readonly state!: 'active' | 'failing' | 'disabled';
  /** Why the worker set the state; null where a person did. */
  @Column('text', { nullable: true }) readonly state_reason!: string | null;
  /** The first failed attempt since the last one that succeeded. */
  @Column('timestamptz', { nullable: true }) readonly failing_since!: Date | null;
  @Column('bytea', { select: false }) readonly secret!: Buffer;
  /** Signs, too, until `rotation_ends_at`. */
  @Column('bytea', { nullable: true, select: false }) readonly previous_secret!: Buffer | null;
  @Column('timestamptz', { nullable: true }) readonly rotation_ends_at!: Date | null;
  /** Until then only the replica that claimed the webhook sends. */
  @Column('timestamptz', { nullable: true, select: false }) readonly leased_until!: Date | null;
  /** The receiver asked for a pause. */
  @Column('timestamptz', { nullable: true, select: false }) readonly paused_until!: Date | null;
  @Column('text') readonly created_by!: string;
  @CreateDateColumn({ type: 'timestamptz' }) readonly created_at!: Date;
}
