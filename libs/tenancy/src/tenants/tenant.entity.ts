import { Column, CreateDateColumn, Entity, PrimaryColumn, UpdateDateColumn } from 'typeorm';
import { bigintColumn } from '#database';
import type { Labels } from '#settings';

/** A suspended tenant can be read, and neither changed nor queried. */
export type TenantStatus = 'active' | 'suspended';

/** A tenant, without its configuration. */
export interface Tenant {
  readonly tenant_id: string;
  readonly name: string;
  readonly plan: string;
  readonly status: TenantStatus;
  readonly approval_required: boolean;
  readonly labels: Labels;
  /** The custom domain, after its DNS record was found. */
  readonly verified_domain: string | null;
  /** RFC 3339, UTC. */
  readonly created_at: string;
}

/** A tenant's row. The database sets `version` and `updated_at` at each change. */
@Entity('tenants')
export class TenantEntity {
  @PrimaryColumn('text') readonly tenant_id!: string;
  @Column('text') readonly name!: string;
  @Column('text') readonly plan!: string;
  @Column('text') readonly status!: TenantStatus;
  @Column('boolean') readonly approval_required!: boolean;
  @Column('jsonb') readonly labels!: Labels;
  /** The custom domain whose DNS record was found. Two tenants cannot have the same one. */
  @Column('text', { nullable: true }) readonly verified_domain!: string | null;
  @Column(bigintColumn) readonly version!: number;
  @CreateDateColumn({ type: 'timestamptz' }) readonly created_at!: Date;
  @UpdateDateColumn({ type: 'timestamptz' }) readonly updated_at!: Date;
}
