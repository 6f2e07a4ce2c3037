import { Column, CreateDateColumn, Entity, PrimaryColumn, UpdateDateColumn } from 'typeorm';
import { bigintColumn } from '#database';
import type { Model, PartialSettings, Plan } from '#settings';

@Entity('plans')
export class PlanEntity {
  @PrimaryColumn('text') readonly id!: string;
  @Column('jsonb') readonly defaults!: Plan['defaults'];
  @Column('text', { array: true }) readonly allowed_tiers!: Plan['allowed_tiers'];
  @Column('text', { array: true }) readonly allowed_models!: Plan['allowed_models'];
  @Column('jsonb') readonly ceilings!: Plan['ceilings'];
  @Column('text', { array: true }) readonly locked_settings!: Plan['locked_settings'];
  @Column(bigintColumn) readonly version!: number;
  @CreateDateColumn({ type: 'timestamptz' }) readonly created_at!: Date;
  @UpdateDateColumn({ type: 'timestamptz' }) readonly updated_at!: Date;
}

@Entity('models')
export class ModelEntity {
  @PrimaryColumn('text') readonly id!: string;
  @Column('text') readonly provider!: Model['provider'];
  @Column('text') readonly tier!: Model['tier'];
  @Column('text', { nullable: true }) readonly base_url!: string | null;
  @Column('text', { nullable: true }) readonly api_key_env!: string | null;
  @Column('text', { nullable: true }) readonly upstream_model!: string | null;
  @Column('jsonb', { nullable: true }) readonly headers!: Model['headers'];
  /** How often `headers` changed: the audit log shows this in their place. A trigger counts. */
  @Column('integer') readonly headers_version!: number;
  @Column('jsonb', { nullable: true }) readonly extra_body!: Model['extra_body'];
  @Column('text', { array: true, nullable: true }) readonly reasoning!: Model['reasoning'];
  @Column('integer') readonly context_window!: number;
  @Column('integer') readonly max_output_tokens!: number;
  /** Both limits are null when the model accepts no temperature. */
  @Column('double precision', { nullable: true }) readonly temperature_min!: number | null;
  @Column('double precision', { nullable: true }) readonly temperature_max!: number | null;
  @Column('double precision') readonly input_usd_per_mtok!: number;
  @Column('double precision') readonly output_usd_per_mtok!: number;
  @Column('double precision', { nullable: true }) readonly cached_input_usd_per_mtok!: number | null;
  @Column('double precision', { nullable: true }) readonly cache_write_usd_per_mtok!: number | null;
  @Column('text') readonly state!: Model['state'];
  @CreateDateColumn({ type: 'timestamptz' }) readonly created_at!: Date;
  @UpdateDateColumn({ type: 'timestamptz' }) readonly updated_at!: Date;
}

/** The one version of all models: one row, `all`. A trigger on `models` raises it. */
@Entity('catalogue')
export class CatalogueEntity {
  @PrimaryColumn('text') readonly id!: 'all';
  @Column(bigintColumn) readonly version!: number;
}

/** The lowest layer of settings: one row, `all`. */
@Entity('platform_defaults')
export class PlatformDefaultsEntity {
  @PrimaryColumn('text') readonly id!: 'all';
  /** A setting of a newer release is missing until the row is written again. */
  @Column('jsonb') readonly settings!: PartialSettings;
  @Column(bigintColumn) readonly version!: number;
  @Column('text') readonly updated_by!: string;
  @UpdateDateColumn({ type: 'timestamptz' }) readonly updated_at!: Date;
}
