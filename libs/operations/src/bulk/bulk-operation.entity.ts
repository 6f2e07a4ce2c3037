import { Column, CreateDateColumn, Entity, PrimaryColumn } from 'typeorm';
import { bigintColumn } from '#database';
import type { Selector, SettingsPatch } from '#settings';
import type { BulkOutcome, BulkState, OutcomeCounts } from './bulk-operation.js';

/** A patch for many tenants, or the revert of such a patch. */
@Entity('bulk_operations')
export class BulkOperationEntity implements OutcomeCounts {
  @PrimaryColumn('text') readonly id!: string;
  @Column('text') readonly kind!: 'update' | 'revert';
  /** null for a revert: its tenants are those that the reverted operation changed. */
  @Column('jsonb', { nullable: true }) readonly selector!: Selector | null;
  @Column('jsonb') readonly changes!: SettingsPatch;
  @Column('text') readonly reason!: string;
  /** The operation that this one reverts; null for an update. */
  @Column('text', { nullable: true }) readonly reverts!: string | null;
  @Column('text') readonly state!: BulkState;
  @Column('integer') readonly matched!: number;
  @Column('integer') readonly updated!: number;
  @Column('integer') readonly unchanged!: number;
  @Column('integer') readonly skipped_locked!: number;
  @Column('integer') readonly approval_required!: number;
  @Column('integer') readonly invalid!: number;
  @Column('integer') readonly conflict!: number;
  /** Chunks that failed since the last one that succeeded. */
  @Column('integer') readonly failures!: number;
  @Column('text', { nullable: true }) readonly failure_reason!: string | null;
  @Column('text') readonly created_by!: string;
  @Column('text', { nullable: true }) readonly cancelled_by!: string | null;
  @CreateDateColumn({ type: 'timestamptz' }) readonly created_at!: Date;
  @Column('timestamptz', { nullable: true }) readonly started_at!: Date | null;
  @Column('timestamptz', { nullable: true }) readonly finished_at!: Date | null;
}

/** One tenant of a bulk operation. */
@Entity('bulk_operation_items')
export class BulkOperationItemEntity {
  @PrimaryColumn('text') readonly operation_id!: string;
  @PrimaryColumn('text') readonly tenant_id!: string;
  /** The tenant's version when the operation was created. For a revert: the version that the reverted operation wrote. */
  @Column(bigintColumn) readonly base_version!: number;
  /** null until the tenant is processed; it stays null after a cancellation. */
  @Column('text', { nullable: true }) readonly outcome!: BulkOutcome | null;
  /** The tenant's version after the operation. */
  @Column({ ...bigintColumn, nullable: true }) readonly version!: number | null;
  @Column('text', { nullable: true }) readonly detail!: string | null;
}
