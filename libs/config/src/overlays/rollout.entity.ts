import { Column, CreateDateColumn, Entity, PrimaryColumn } from 'typeorm';
import { bigintColumn } from '#database';
import type { PartialSettings, Selector } from '#settings';
import type { Guardrails, RolloutState, RolloutUnit } from '../compile/rollout.js';

/** A rollout. Reads of every configuration need the running ones; `operations` starts, changes and ends them. */
@Entity('rollouts')
export class RolloutEntity {
  @PrimaryColumn('text') readonly id!: string;
  @Column('text') readonly name!: string;
  @Column('jsonb') readonly selector!: Selector;
  /** Values of settings for the treatment arm. */
  @Column('jsonb') readonly changes!: PartialSettings;
  @Column('text') readonly unit!: RolloutUnit;
  /** 0 to 100. */
  @Column('double precision') readonly percentage!: number;
  @Column('jsonb') readonly guardrails!: Guardrails;
  @Column('text') readonly state!: RolloutState;
  @Column('text', { nullable: true }) readonly stop_reason!: string | null;
  /** Rises with every change of the percentage. */
  @Column('integer') readonly step!: number;
  @Column('timestamptz') readonly step_started_at!: Date;
  @Column('text') readonly created_by!: string;
  @CreateDateColumn({ type: 'timestamptz' }) readonly created_at!: Date;
  @Column('timestamptz', { nullable: true }) readonly finished_at!: Date | null;
  /** The bulk operation of its promotion. */
  @Column('text', { nullable: true }) readonly bulk_id!: string | null;
}

/** The one version of all running rollouts: one row, `all`. A trigger on `rollouts` raises it. */
@Entity('running_rollouts')
export class RunningRolloutsEntity {
  @PrimaryColumn('text') readonly id!: 'all';
  @Column(bigintColumn) readonly version!: number;
}
