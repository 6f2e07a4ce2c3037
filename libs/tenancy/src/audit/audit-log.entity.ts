import { Column, Entity, PrimaryColumn } from 'typeorm';
import { bigintColumn } from '#database';

/** An administrative act. Triggers write these rows, and nothing changes them. */
@Entity('audit_log')
export class AuditLogEntity {
  @PrimaryColumn(bigintColumn) readonly id!: number;
  @Column('timestamptz') readonly at!: Date;
  @Column('text') readonly actor!: string;
  @Column('text') readonly role!: string;
  /** Where the request came from; null where no request caused the act. */
  @Column('text', { nullable: true }) readonly address!: string | null;
  /** `<kind>.<verb>`, such as `key.revoke`. */
  @Column('text') readonly action!: string;
  /** null: the act belongs to no tenant. */
  @Column('text', { nullable: true }) readonly tenant_id!: string | null;
  /** The key of the row that was changed. */
  @Column('text') readonly target!: string;
  @Column('jsonb', { nullable: true }) readonly before!: Record<string, unknown> | null;
  @Column('jsonb', { nullable: true }) readonly after!: Record<string, unknown> | null;
}
