import { Column, CreateDateColumn, Entity, PrimaryColumn } from 'typeorm';

@Entity('golden_questions')
export class GoldenQuestionEntity {
  @PrimaryColumn('text') readonly tenant_id!: string;
  @PrimaryColumn('text') readonly id!: string;
  /** The tenant's own count, which gives the order. */
  @Column('integer') readonly number!: number;
  @Column('text') readonly question!: string;
  @Column('text', { array: true }) readonly expect_sources!: readonly string[];
  @Column('text', { array: true }) readonly expect_phrases!: readonly string[];
  @CreateDateColumn({ type: 'timestamptz' }) readonly created_at!: Date;
}
