import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Arm } from '#config';
import { bigintColumn } from '#database';

/** The measurements of one arm in one step of a rollout. */
@Entity('rollout_observations')
export class RolloutObservationEntity {
  @PrimaryColumn('text') readonly rollout_id!: string;
  @PrimaryColumn('integer') readonly step!: number;
  @PrimaryColumn('text') readonly arm!: Arm;
  @Column(bigintColumn) readonly samples!: number;
  @Column(bigintColumn) readonly errors!: number;
  @Column(bigintColumn) readonly fallbacks!: number;
  @Column('double precision') readonly cost_usd!: number;
  /** Number of queries in each latency bucket. The driver returns bigints as text, so cast them in SQL. */
  @Column('bigint', { array: true }) readonly latencies!: readonly number[];
  @Column('timestamptz') readonly last_at!: Date;
}
