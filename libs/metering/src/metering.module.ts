import { Module } from '@nestjs/common';
import { LedgerClock } from './ledger/ledger.js';
import { LedgerMetrics } from './ledger/ledger-metrics.js';
import { LedgerRepository } from './ledger/ledger.repository.js';
import { MeteringMetrics } from './admission/metering-metrics.js';
import { MeteringService } from './admission/metering.service.js';
import { SettlementService } from './admission/settlement.service.js';
import { UsageErasureController } from './erasure/usage-erasure.controller.js';
import { UsageErasureRepository } from './erasure/usage-erasure.repository.js';
import { UsageErasureService } from './erasure/usage-erasure.service.js';
import { MaintenanceTask } from './maintenance/maintenance-task.js';
import { TenantActivityReader } from './maintenance/tenant-activity-reader.js';
import { MaintenanceRepository } from './maintenance/maintenance.repository.js';
import { RecentQueriesRepository } from './maintenance/recent-queries.repository.js';
import { PlatformUsageController } from './usage/platform-usage.controller.js';
import { PlatformUsageRepository } from './usage/platform-usage.repository.js';
import { PlatformUsageService } from './usage/platform-usage.service.js';
import { UsageController } from './usage/usage.controller.js';
import { UsageRepository } from './usage/usage.repository.js';
import { UsageService } from './usage/usage.service.js';

/** Quotas, budgets and the usage log. `AppModule` binds the port `TenantLimits`. */
@Module({
  controllers: [UsageController, PlatformUsageController, UsageErasureController],
  providers: [
    MaintenanceTask,
    LedgerClock,
    LedgerMetrics,
    LedgerRepository,
    MeteringService,
    MeteringMetrics,
    SettlementService,
    TenantActivityReader,
    MaintenanceRepository,
    UsageService,
    UsageRepository,
    PlatformUsageService,
    PlatformUsageRepository,
    RecentQueriesRepository,
    UsageErasureRepository,
    UsageErasureService,
  ],
  exports: [MeteringService, RecentQueriesRepository, TenantActivityReader, UsageService],
})
export class MeteringModule {}
