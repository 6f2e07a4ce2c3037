import { Column, CreateDateColumn, Entity, PrimaryColumn } from 'typeorm';
import type { SettingsPatch } from '#settings';
import type { ComparedAnswers } from './compare-answers.js';

export const replayStates = ['queued', 'running', 'completed', 'stopped', 'cancelled', 'failed'] as const;

/** Logged questions that are asked again, under the settings of today and under a patch. */
@Entity('replays')
export class ReplayEntity {
  @PrimaryColumn('text') readonly tenant_id!: string;
  @PrimaryColumn('text') readonly id!: string;
  @Column('text') readonly state!: (typeof replayStates)[number];
  @Column('jsonb') readonly patch!: SettingsPatch;
  /** Who started it. */
  @Column('text') readonly subject!: string;
  @Column('text') readonly created_by!: string;
  @Column('text', { nullable: true }) readonly cancelled_by!: string | null;
  /** Attempts that failed since the last one that did not. */
  @Column('integer') readonly failures!: number;
  @Column('text', { nullable: true }) readonly error!: string | null;
  @CreateDateColumn({ type: 'timestamptz' }) readonly created_at!: Date;
  @Column('timestamptz', { nullable: true }) readonly started_at!: Date | null;
  @Column('timestamptz', { nullable: true }) readonly finished_at!: Date | null;
}

/** A question of a replay. */
@Entity('replay_items')
export class ReplayItemEntity {
  @PrimaryColumn('text') readonly tenant_id!: string;
  @PrimaryColumn('text') readonly replay_id!: string;
  /** From 1, newest question first. */
  @PrimaryColumn('integer') readonly position!: number;
  @Column('text') readonly question!: string;
  /** null until it was asked. */
  @Column('jsonb', { nullable: true }) readonly result!: ComparedAnswers | null;
}
