import { Column, CreateDateColumn, Entity, PrimaryColumn } from 'typeorm';
import { bigintColumn, hexColumn } from '#database';
import type { Role, Scope } from '#http';

@Entity('api_keys')
export class ApiKeyEntity {
  @PrimaryColumn('text') readonly id!: string;
  /** null: the platform's own key. */
  @Column('text', { nullable: true }) readonly tenant_id!: string | null;
  @Column('text') readonly name!: string;
  @Column('text') readonly role!: Role;
  /** null: everything that the role may do. */
  @Column('text', { array: true, nullable: true }) readonly scopes!: readonly Scope[] | null;
  /** 64 hex digits. */
  @Column(hexColumn) readonly secret_sha256!: string;
  @Column('timestamptz', { nullable: true }) readonly expires_at!: Date | null;
  @Column('timestamptz', { nullable: true }) readonly last_used_at!: Date | null;
  @Column('text') readonly created_by!: string;
  /** `created_by`, who made that key, and so on; the database fills it in. */
  @Column('text', { array: true, default: [] }) readonly makers!: readonly string[];
  @Column(bigintColumn) readonly version!: number;
  @CreateDateColumn({ type: 'timestamptz' }) readonly created_at!: Date;
}
