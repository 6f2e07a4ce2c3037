import { Module } from '@nestjs/common';
import { CacheModule } from '#cache';
import { ConfigCoreModule } from '#config';
import { MeteringModule } from '#metering';
import { OverviewController } from './overview.controller.js';
import { OverviewRepository } from './overview.repository.js';
import { OverviewService } from './overview.service.js';
import { ReplicaHeartbeat } from './replica-heartbeat.js';
import { ReplicaMetrics } from './replica-metrics.js';
import { ReplicaRepository } from './replica.repository.js';

/** The state of the whole service, and the heartbeat of this replica. The application binds the port `ReplicaState`. */
@Module({
  imports: [CacheModule, ConfigCoreModule, MeteringModule],
  controllers: [OverviewController],
  providers: [OverviewRepository, OverviewService, ReplicaHeartbeat, ReplicaMetrics, ReplicaRepository],
})
export class OverviewModule {}
