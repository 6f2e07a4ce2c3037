import { Column, CreateDateColumn, Entity, PrimaryColumn } from 'typeorm';

export type ReindexingState = 'queued' | 'running' | 'completed' | 'failed';

/** The work of embedding all of a tenant's documents again. */
@Entity('document_reindexings')
export class DocumentReindexingEntity {
  @PrimaryColumn('text') readonly tenant_id!: string;
  @PrimaryColumn('text') readonly id!: string;
  @Column('text') readonly state!: ReindexingState;
  /** The label of the embedder whose vectors it makes. */
  @Column('text') readonly embedder!: string;
  /** Documents. */
  @Column('integer') readonly done!: number;
  @Column('integer') readonly total!: number;
  /** The number of the last document that is done. */
  @Column('integer') readonly last_number!: number;
  /** Attempts that failed since the last one that did not. */
  @Column('integer') readonly failures!: number;
  @Column('text', { nullable: true }) readonly error!: string | null;
  @Column('text') readonly created_by!: string;
  @CreateDateColumn({ type: 'timestamptz' }) readonly created_at!: Date;
  @Column('timestamptz', { nullable: true }) readonly started_at!: Date | null;
  @Column('timestamptz', { nullable: true }) readonly finished_at!: Date | null;
}
