import { Column, CreateDateColumn, Entity, PrimaryColumn, UpdateDateColumn } from 'typeorm';
import { bigintColumn, hexColumn, xid8Column } from '#database';
import type { PartialSettings, SettersByName } from '#settings';

/** What a tenant sets for itself; every other setting comes from the layers below. Triggers count the version. */
@Entity('tenant_configurations')
export class TenantConfigurationEntity {
  @PrimaryColumn('text') readonly tenant_id!: string;
  @Column('jsonb') readonly settings!: PartialSettings;
  /** Who set each setting last. */
  @Column('jsonb') readonly set_by!: SettersByName;
  @Column('boolean') readonly override_allowed!: boolean;
  @Column(bigintColumn) readonly version!: number;
  @Column('text') readonly last_modified_by_role!: string;
  @Column('text') readonly updated_by!: string;
  @CreateDateColumn({ type: 'timestamptz' }) readonly created_at!: Date;
  @UpdateDateColumn({ type: 'timestamptz' }) readonly updated_at!: Date;
  /** What the tenant's file said when it was last applied; null before that. */
  @Column('jsonb', { nullable: true }) readonly managed!: PartialSettings | null;
}

/** One version of a configuration. Triggers write these rows and chain their hashes. */
@Entity('tenant_configuration_history')
export class TenantConfigurationHistoryEntity {
  @PrimaryColumn('text') readonly tenant_id!: string;
  @PrimaryColumn(bigintColumn) readonly version!: number;
  @Column('text') readonly action!: string;
  @Column('text') readonly changed_by!: string;
  @Column('text') readonly changed_by_role!: string;
  @Column('timestamptz') readonly changed_at!: Date;
  @Column('text', { nullable: true }) readonly reason!: string | null;
  /** The bulk operation that the change was part of. */
  @Column('text', { nullable: true }) readonly bulk_id!: string | null;
  /** The version that a rollback went back to. */
  @Column({ ...bigintColumn, nullable: true }) readonly from_version!: number | null;
  /** null once the tenant was deleted. The hash stays, so that the chain can still be verified. */
  @Column('jsonb', { nullable: true }) readonly settings!: PartialSettings | null;
  @Column(hexColumn) readonly settings_sha256!: string;
  @Column('jsonb', { nullable: true }) readonly set_by!: SettersByName | null;
  @Column('boolean') readonly override_allowed!: boolean;
  @Column(xid8Column) readonly transaction_id!: string;
  @Column({ ...hexColumn, nullable: true }) readonly previous_hash!: string | null;
  @Column(hexColumn) readonly hash!: string;
}
