import { Column, Entity, PrimaryColumn } from 'typeorm';
import { bigintColumn } from '#database';

/** How many queries a tenant sent on one day, UTC. */
@Entity('quota_counters')
class QuotaCounterEntity {
  @PrimaryColumn('text') readonly tenant_id!: string;
  /** `YYYY-MM-DD`. */
  @PrimaryColumn('date') readonly day!: string;
  @Column('integer') readonly queries!: number;
  /** The last minute of the clock in which a query was admitted, and how many were. */
  @Column('timestamptz', { nullable: true }) readonly minute!: Date | null;
  @Column('integer') readonly minute_queries!: number;
}

/** What a tenant spent in one month, UTC. */
@Entity('budget_months')
export class BudgetMonthEntity {
  @PrimaryColumn('text') readonly tenant_id!: string;
  /** The first day of the month, `YYYY-MM-DD`. */
  @PrimaryColumn('date') readonly month!: string;
  @Column(bigintColumn) readonly spent_nano_usd!: number;
  /** When the newest query of the month ended; null before the first one. */
  @Column('timestamptz', { nullable: true }) readonly last_query_at!: Date | null;
}

/** One admitted query: its reservation, and what it cost in the end. */
@Entity('usage_log')
class UsageLogEntity {
  @PrimaryColumn('text') readonly tenant_id!: string;
  @PrimaryColumn(bigintColumn) readonly id!: number;
  @Column('timestamptz') readonly admitted_at!: Date;
  /** The day, and so the month, that the query counts for, `YYYY-MM-DD`. */
  @Column('date') readonly day!: string;
  @Column('text') readonly user_id!: string;
  @Column(bigintColumn) readonly config_version!: number;
  @Column(bigintColumn) readonly reserved_nano_usd!: number;
  @Column('timestamptz') readonly expires_at!: Date;
  /** null while the query runs; `unsettled` when nothing reported its end in time. */
  @Column('text', { nullable: true }) readonly outcome!:
    'answered' | 'failed' | 'cancelled' | 'unsettled' | null;
  /** The paid model; null where no model was paid. */
  @Column('text', { nullable: true }) readonly model!: string | null;
  @Column(bigintColumn) readonly prompt_tokens!: number;
  @Column(bigintColumn) readonly completion_tokens!: number;
  @Column(bigintColumn) readonly cost_nano_usd!: number;
  @Column('integer', { nullable: true }) readonly latency_ms!: number | null;
}

/** The paid queries of a tenant on one day, by model. */
@Entity('usage_daily')
class UsageDailyEntity {
  @PrimaryColumn('text') readonly tenant_id!: string;
  /** `YYYY-MM-DD`. */
  @PrimaryColumn('date') readonly day!: string;
  @PrimaryColumn('text') readonly model!: string;
  @Column(bigintColumn) readonly queries!: number;
  @Column(bigintColumn) readonly prompt_tokens!: number;
  @Column(bigintColumn) readonly completion_tokens!: number;
  @Column(bigintColumn) readonly cost_nano_usd!: number;
}

/** The tables of libs/metering, for the DataSource. */
export const meteringEntities = [QuotaCounterEntity, BudgetMonthEntity, UsageLogEntity, UsageDailyEntity];
