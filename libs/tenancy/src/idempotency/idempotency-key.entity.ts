import { Column, CreateDateColumn, Entity, PrimaryColumn } from 'typeorm';
import { hexColumn } from '#database';

/** A request that must not take effect twice, and its answer. */
@Entity('idempotency_keys')
export class IdempotencyKeyEntity {
  @PrimaryColumn(hexColumn) readonly key_sha256!: string;
  /** null: a platform admin sent the request. */
  @Column('text', { nullable: true }) readonly tenant_id!: string | null;
  @Column(hexColumn) readonly request_sha256!: string;
  /** null while the first request runs. */
  @Column('bytea', { nullable: true }) readonly sealed_answer!: Buffer | null;
  @Column('timestamptz') readonly expires_at!: Date;
  @CreateDateColumn({ type: 'timestamptz' }) readonly created_at!: Date;
  /** The request changed something, so it must not run again. */
  @Column('boolean') readonly took_effect!: boolean;
}
