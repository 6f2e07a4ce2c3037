import { Module } from '@nestjs/common';
import { LedgerClock } from './ledger/ledger-clock.js';
import { LedgerRepository } from './ledger/ledger.repository.js';
import { MeteringMetrics } from './metering-metrics.js';
import { Metering } from './metering.service.js';
import { Settlements } from './settlements.js';
import { Housekeeping } from './upkeep/housekeeping.js';
import { TenantActivity } from './upkeep/tenant-activity.js';
import { UpkeepRepository } from './upkeep/upkeep.repository.js';
import { UsageController } from './usage/usage.controller.js';
import { UsageRepository } from './usage/usage.repository.js';
import { Usage } from './usage/usage.service.js';

/** Quotas, budgets and the usage log. Whoever imports it provides `TenantLimits`. */
@Module({
  controllers: [UsageController],
  providers: [
    Housekeeping,
    LedgerClock,
    LedgerRepository,
    Metering,
    MeteringMetrics,
    Settlements,
    TenantActivity,
    UpkeepRepository,
    Usage,
    UsageRepository,
  ],
  exports: [Metering, TenantActivity],
})
export class MeteringModule {}
