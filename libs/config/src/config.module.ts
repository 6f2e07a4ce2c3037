import { Global, Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { CacheModule } from '#cache';
import { MeteringModule, TenantLimits } from '#metering';
import { PlanChangeCheck, SettingRules } from '#tenancy';
import { BulkModule } from './bulk/bulk.module.js';
import { ChainModule } from './chain/chain.module.js';
import { ChangeConditions } from './change/change-conditions.js';
import { ChangeConfiguration } from './change/change-configuration.service.js';
import { ChangeGate } from './change/change-gate.js';
import { ChangeLimit } from './change/change-limit.js';
import { PatchConfiguration } from './change/patch-configuration.service.js';
import { RollBack } from './change/roll-back.service.js';
import { CodeModule } from './code/code.module.js';
import { ConfigurationRepository } from './configuration.repository.js';
import { DomainsModule } from './domains/domains.module.js';
import { FlagsModule } from './flags/flags.module.js';
import { HistoryRepository } from './history.repository.js';
import { History } from './history.service.js';
import { ConfigurationRoutes } from './http/configuration-routes.js';
import { DefaultsController } from './http/defaults.controller.js';
import { PlatformConfigurationController } from './http/platform-configuration.controller.js';
import { SchemaController } from './http/schema.controller.js';
import { TenantConfigurationController } from './http/tenant-configuration.controller.js';
import { WarmRead } from './read/warm-read.js';
import { ConfiguredLimits } from './limits/configured-limits.js';
import { LimitsModule } from './limits/limits.module.js';
import { PlanSettingRules, TenantPlanCheck } from './plan-rules.js';
import { PreviewModule } from './preview/preview.module.js';
import { ConfigReader } from './read/config-reader.js';
import { MinimumVersion } from './read/minimum-version.guard.js';
import { PlatformDefaults } from './read/platform-defaults.js';
import { RequestsModule } from './requests/requests.module.js';
import { SharedParts } from './read/shared-parts.js';
import { StoredConfigurations } from './read/stored-configurations.js';
import { WarmUp } from './read/warm-up.js';
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
    ChainModule,
    DomainsModule,
    FlagsModule,
    CodeModule,
    PreviewModule,
    TrialModule,
    LimitsModule,
    RequestsModule,
    RolloutsModule,
  ],
  controllers: [
    SchemaController,
    TenantConfigurationController,
    PlatformConfigurationController,
    DefaultsController,
  ],
  providers: [
    { provide: SettingRules, useClass: PlanSettingRules },
    // After the guard of tenancy, which says whose request it is.
    { provide: APP_GUARD, useClass: MinimumVersion },
    { provide: PlanChangeCheck, useClass: TenantPlanCheck },
    { provide: TenantLimits, useClass: ConfiguredLimits },
    ChangeConditions,
    ChangeConfiguration,
    ChangeGate,
    ChangeLimit,
    ConfigReader,
    ConfigurationRepository,
    ConfigurationRoutes,
    History,
    HistoryRepository,
    PatchConfiguration,
    PlatformDefaults,
    RollBack,
    RolloutRepository,
    RunningRollouts,
    SharedParts,
    StoredConfigurations,
    WarmRead,
    WarmUp,
  ],
  exports: [
    ChangeConfiguration,
    ConfigReader,
    ConfigurationRepository,
    History,
    HistoryRepository,
    LimitsModule,
    PatchConfiguration,
    PlanChangeCheck,
    PlatformDefaults,
    PreviewModule,
    RollBack,
    RolloutRepository,
    RolloutsModule,
    RunningRollouts,
    SettingRules,
    SharedParts,
    StoredConfigurations,
    TenantLimits,
  ],
})
export class ConfigurationModule {}
