import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Arm } from '#config';
import { bigintColumn } from '#database';

/** What was measured of one arm in one step of a rollout. */
@Entity('rollout_observations')
export class RolloutObservationEntity {
  @PrimaryColumn('text') readonly rollout_id!: string;
  @PrimaryColumn('integer') readonly step!: number;
  @PrimaryColumn('text') readonly arm!: Arm;
  @Column(bigintColumn) readonly samples!: number;
  @Column(bigintColumn) readonly errors!: number;
  @Column(bigintColumn) readonly fallbacks!: number;
  @Column('double precision') readonly cost_usd!: number;
  /** Queries by their latency, one count for each bucket. The driver gives numbers of this type as text: cast them. */
  @Column('bigint', { array: true }) readonly latencies!: readonly number[];
  @Column('timestamptz') readonly last_at!: Date;
}
