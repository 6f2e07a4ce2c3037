import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { TenantChanges } from '#config';

/** What a replica says of itself. */
export interface ReplicaReport {
  readonly state: 'starting' | 'ready' | 'draining';
  /** How long ago the change feed was read to its end; null before the first time. */
  readonly watermark_age_ms: number | null;
  /** Changes in the feed that were not read from it yet; null before the first time. */
  readonly behind_by: number | null;
  readonly source: string;
  readonly bus: 'connected' | 'degraded';
  readonly entries: number;
  readonly hit_rate: number | null;
  readonly load_p95_ms: number | null;
  /** The busiest tenants on this replica. */
  readonly busiest: readonly TenantChanges[];
}

/** A running replica with its last report. */
@Entity('replicas')
export class ReplicaEntity {
  @PrimaryColumn('text') readonly id!: string;
  @Column('text') readonly version!: string;
  @Column('timestamptz') readonly started_at!: Date;
  @Column('timestamptz') readonly seen_at!: Date;
  @Column('jsonb') readonly report!: ReplicaReport;
}
