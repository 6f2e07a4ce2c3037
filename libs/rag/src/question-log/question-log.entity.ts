import { Column, Entity, PrimaryColumn } from 'typeorm';
import { bigintColumn } from '#database';

/** A question of a tenant with the setting `log_questions`. */
@Entity('question_log')
export class QuestionLogEntity {
  @PrimaryColumn('text') readonly tenant_id!: string;
  @PrimaryColumn(bigintColumn) readonly id!: number;
  @Column('text') readonly question!: string;
  @Column('timestamptz') readonly asked_at!: Date;
}
