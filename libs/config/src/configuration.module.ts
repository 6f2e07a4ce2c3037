import { Global, Module } from '@nestjs/common';
import { APP_INTERCEPTOR } from '@nestjs/core';
import { CacheModule } from '#cache';
import { MeteringModule, TenantLimits } from '#metering';
import { PlanChangeCheck, TenancyModule } from '#tenancy';
import { HistoryIntegrityModule } from './history-integrity/history-integrity.module.js';
import { ChangePreconditions } from './change/change-preconditions.js';
import { ChangePipeline } from './change/change-pipeline.js';
import { GoldenQuestionGate } from './change/golden-question-gate.js';
import { ChangeRateLimit } from './change/change-rate-limit.js';
import { PatchConfigurationService } from './change/patch-configuration.service.js';
import { RollBackService } from './change/roll-back.service.js';
import { GitopsModule } from './gitops/gitops.module.js';
import { ConfigurationRepository } from './storage/configuration.repository.js';
import { DomainsModule } from './domains/domains.module.js';
import { OverlaysModule } from './overlays/overlays.module.js';
import { HistoryRepository } from './storage/history.repository.js';
import { HistoryService } from './read/history.service.js';
import { ConfigurationRoutes } from './http/configuration-routes.js';
import { PlatformConfigurationController } from './http/platform-configuration.controller.js';
import { SettingsSchemaController } from './http/settings-schema.controller.js';
import { TenantConfigurationController } from './http/tenant-configuration.controller.js';
import { PreparedConfigRoute } from './http/prepared-config-route.js';
import { ConfiguredLimits } from './read/configured-limits.js';
import { RateLimitsModule } from './rate-limits/rate-limits.module.js';
import { ConfiguredPlanChangeCheck } from './read/configured-plan-change-check.js';
import { ConfigReader } from './read/config-reader.js';
import { MinimumVersionInterceptor } from './read/minimum-version.interceptor.js';
import { PlatformDefaultsService } from './read/platform-defaults.service.js';
import { ApprovalsModule } from './approvals/approvals.module.js';
import { InputsLoader } from './read/inputs-loader.js';
import { StoredConfigurationCache } from './read/stored-configuration-cache.js';
import { CacheWarmUpService } from './read/cache-warm-up.service.js';
import { PlaygroundModule } from './playground/playground.module.js';
import { TrialModule } from './trial/trial.module.js';
import { RunningRollouts } from './overlays/running-rollouts.js';
import { RunningRolloutRepository } from './overlays/running-rollout.repository.js';

/** Settings, their layers, versions and changes. Global, because it fills ports that `tenancy` and `metering` declare. */
@Global()
@Module({
  imports: [
    TenancyModule,
    CacheModule,
    MeteringModule,
    HistoryIntegrityModule,
    DomainsModule,
    OverlaysModule,
    GitopsModule,
    PlaygroundModule,
    TrialModule,
    RateLimitsModule,
    ApprovalsModule,
  ],
  controllers: [SettingsSchemaController, TenantConfigurationController, PlatformConfigurationController],
  providers: [
    { provide: APP_INTERCEPTOR, useClass: MinimumVersionInterceptor },
    { provide: PlanChangeCheck, useClass: ConfiguredPlanChangeCheck },
    { provide: TenantLimits, useClass: ConfiguredLimits },
    ChangePreconditions,
    ChangePipeline,
    GoldenQuestionGate,
    ChangeRateLimit,
    ConfigReader,
    ConfigurationRepository,
    ConfigurationRoutes,
    HistoryService,
    HistoryRepository,
    PatchConfigurationService,
    PlatformDefaultsService,
    RollBackService,
    RunningRollouts,
    RunningRolloutRepository,
    InputsLoader,
    StoredConfigurationCache,
    PreparedConfigRoute,
    CacheWarmUpService,
  ],
  exports: [
    ApprovalsModule,
    ChangePipeline,
    ConfigReader,
    ConfigurationRepository,
    HistoryService,
    HistoryRepository,
    RateLimitsModule,
    PatchConfigurationService,
    PlanChangeCheck,
    PlatformDefaultsService,
    RollBackService,
    RunningRollouts,
    InputsLoader,
    StoredConfigurationCache,
    TenantLimits,
  ],
})
export class ConfigurationModule {}
