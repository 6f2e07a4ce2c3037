import { Global, Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { CacheModule } from '#cache';
import { MeteringModule, TenantLimits } from '#metering';
import { PlanChangeCheck, PlanRules } from '#tenancy';
import { BulkModule } from './bulk/bulk.module.js';
import { HistoryIntegrityModule } from './chain/chain.module.js';
import { ChangePreconditions } from './change/change-conditions.js';
import { ChangePipeline } from './change/change-configuration.service.js';
import { GoldenQuestionGate } from './change/change-gate.js';
import { ChangeRateLimit } from './change/change-limit.js';
import { PatchConfigurationService } from './change/patch-configuration.service.js';
import { RollBackService } from './change/roll-back.service.js';
import { GitopsModule } from './code/code.module.js';
import { ConfigurationRepository } from './configuration.repository.js';
import { DomainsModule } from './domains/domains.module.js';
import { OverlaysModule } from './flags/flags.module.js';
import { HistoryRepository } from './history.repository.js';
import { HistoryService } from './history.service.js';
import { ConfigurationRoutes } from './http/configuration-routes.js';
import { DefaultsController } from './http/defaults.controller.js';
import { PlatformConfigurationController } from './http/platform-configuration.controller.js';
import { SettingsSchemaController } from './http/schema.controller.js';
import { TenantConfigurationController } from './http/tenant-configuration.controller.js';
import { PreparedConfigRoute } from './read/warm-read.js';
import { ConfiguredLimits } from './limits/configured-limits.js';
import { RateLimitsModule } from './limits/limits.module.js';
import { ConfiguredPlanRules, ConfiguredPlanChangeCheck } from './plan-rules.js';
import { PreviewModule } from './preview/preview.module.js';
import { ConfigReader } from './read/config-reader.js';
import { MinimumVersionGuard } from './read/minimum-version.guard.js';
import { PlatformDefaultsService } from './read/platform-defaults.js';
import { ApprovalsModule } from './requests/requests.module.js';
import { InputsLoader } from './read/shared-parts.js';
import { StoredConfigurationCache } from './read/stored-configurations.js';
import { CacheWarmUpService } from './read/warm-up.js';
import { TrialModule } from './trial/trial.module.js';
import { RolloutRepository } from './rollouts/rollout.repository.js';
import { RolloutsModule } from './rollouts/rollouts.module.js';
import { RunningRollouts } from './rollouts/running-rollouts.js';

/** Settings, their layers, versions and changes. Global, because it fills ports that `tenancy` and `metering` declare. */
@Global()
@Module({
  imports: [
    CacheModule,
    MeteringModule,
    BulkModule,
    HistoryIntegrityModule,
    DomainsModule,
    OverlaysModule,
    GitopsModule,
    PreviewModule,
    TrialModule,
    RateLimitsModule,
    ApprovalsModule,
    RolloutsModule,
  ],
  controllers: [
    SettingsSchemaController,
    TenantConfigurationController,
    PlatformConfigurationController,
    DefaultsController,
  ],
  providers: [
    { provide: PlanRules, useClass: ConfiguredPlanRules },
    // After the guard of tenancy, which says whose request it is.
    { provide: APP_GUARD, useClass: MinimumVersionGuard },
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
    RolloutRepository,
    RunningRollouts,
    InputsLoader,
    StoredConfigurationCache,
    PreparedConfigRoute,
    CacheWarmUpService,
  ],
  exports: [
    ChangePipeline,
    ConfigReader,
    ConfigurationRepository,
    HistoryService,
    HistoryRepository,
    RateLimitsModule,
    PatchConfigurationService,
    PlanChangeCheck,
    PlatformDefaultsService,
    PreviewModule,
    RollBackService,
    RolloutRepository,
    RolloutsModule,
    RunningRollouts,
    PlanRules,
    InputsLoader,
    StoredConfigurationCache,
    TenantLimits,
  ],
})
export class ConfigurationModule {}
