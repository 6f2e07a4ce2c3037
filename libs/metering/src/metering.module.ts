import { Module } from '@nestjs/common';
import { LedgerClock } from './ledger/ledger-clock.js';
import { LedgerRepository } from './ledger/ledger.repository.js';
import { MeteringMetrics } from './metering-metrics.js';
import { MeteringService } from './metering.service.js';
import { SettlementService } from './settlements.js';
import { MaintenanceTask } from './upkeep/housekeeping.js';
import { TenantActivityReader } from './upkeep/tenant-activity.js';
import { MaintenanceRepository } from './upkeep/upkeep.repository.js';
import { UsageController } from './usage/usage.controller.js';
import { UsageRepository } from './usage/usage.repository.js';
import { UsageService } from './usage/usage.service.js';

/** Quotas, budgets and the usage log. Whoever imports it provides `TenantLimits`. */
@Module({
  controllers: [UsageController],
  providers: [
    MaintenanceTask,
    LedgerClock,
    LedgerRepository,
    MeteringService,
    MeteringMetrics,
    SettlementService,
    TenantActivityReader,
    MaintenanceRepository,
    UsageService,
    UsageRepository,
  ],
  exports: [MeteringService, TenantActivityReader],
})
export class MeteringModule {}
