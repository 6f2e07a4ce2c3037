import { Global, Module } from '@nestjs/common';
import { CacheModule } from '#cache';
import { PlanChangeCheck, SettingRules } from '#tenancy';
import { ChangeConditions } from './change/change-conditions.js';
import { ChangeConfiguration } from './change/change-configuration.service.js';
import { ChangeGate } from './change/change-gate.js';
import { ChangeLimit } from './change/change-limit.js';
import { PatchConfiguration } from './change/patch-configuration.service.js';
import { RollBack } from './change/roll-back.service.js';
import { ConfigurationRepository } from './configuration.repository.js';
import { HistoryRepository } from './history.repository.js';
import { History } from './history.service.js';
import { ConfigurationRoutes } from './http/configuration-routes.js';
import { DefaultsController } from './http/defaults.controller.js';
import { PlatformConfigurationController } from './http/platform-configuration.controller.js';
import { SchemaController } from './http/schema.controller.js';
import { TenantConfigurationController } from './http/tenant-configuration.controller.js';
import { PlanSettingRules, TenantPlanCheck } from './plan-rules.js';
import { ConfigReader } from './read/config-reader.js';
import { PlatformDefaults } from './read/platform-defaults.js';
import { OpenRequest } from './requests/open-request.service.js';
import { SharedParts } from './read/shared-parts.js';

/** Settings, their layers, versions and changes. Global, because it fills ports that `tenancy` declares. */
@Global()
@Module({
  imports: [CacheModule],
  controllers: [
    SchemaController,
    TenantConfigurationController,
    PlatformConfigurationController,
    DefaultsController,
  ],
  providers: [
    { provide: SettingRules, useClass: PlanSettingRules },
    { provide: PlanChangeCheck, useClass: TenantPlanCheck },
    ChangeConditions,
    ChangeConfiguration,
    ChangeGate,
    ChangeLimit,
    ConfigReader,
    ConfigurationRepository,
    ConfigurationRoutes,
    History,
    HistoryRepository,
    OpenRequest,
    PatchConfiguration,
    PlatformDefaults,
    RollBack,
    SharedParts,
  ],
  exports: [
    ChangeConfiguration,
    ConfigReader,
    ConfigurationRepository,
    History,
    HistoryRepository,
    PatchConfiguration,
    PlanChangeCheck,
    PlatformDefaults,
    RollBack,
    SettingRules,
    SharedParts,
  ],
})
export class ConfigurationModule {}
