import { Module } from '@nestjs/common';
import { CacheModule } from '#cache';
import { MeteringModule } from '#metering';
import { TenancyModule } from '#tenancy';
import { ChangePipeline } from './change/change-pipeline.js';
import { ChangePreconditions } from './change/change-preconditions.js';
import { ChangeRateLimit } from './change/change-rate-limit.js';
import { GoldenQuestionGate } from './change/golden-question-gate.js';
import { PatchConfigurationService } from './change/patch-configuration.service.js';
import { RollBackService } from './change/roll-back.service.js';
import { OverlaysModule } from './overlays/overlays.module.js';
import { RateLimitsModule } from './rate-limits/rate-limits.module.js';
import { CacheWarmUpService } from './read/cache-warm-up.service.js';
import { ConfigReader } from './read/config-reader.js';
import { ConfiguredLimits } from './read/configured-limits.js';
import { ConfiguredPlanChangeCheck } from './read/configured-plan-change-check.js';
import { HistoryService } from './read/history.service.js';
import { InputsLoader } from './read/inputs-loader.js';
import { PlatformDefaultsService } from './read/platform-defaults.service.js';
import { StoredConfigurationCache } from './read/stored-configuration-cache.js';
import { ConfigurationRepository } from './storage/configuration.repository.js';
import { HistoryRepository } from './storage/history.repository.js';
import { GoldenQuestionsModule } from './golden-questions/golden-questions.module.js';

/**
 * Reads and changes configurations, without HTTP. Every feature of this library imports it, and so does `operations`.
 *
 * The application binds the ports that it needs (`ApprovalQueue`, `ConfigurationTrial`, `FlagSource`), and two ports of other
 * libraries to what it exports: `TenantLimits` to `ConfiguredLimits`, `PlanChangeCheck` to `ConfiguredPlanChangeCheck`.
 */
@Module({
  imports: [
    CacheModule,
    MeteringModule,
    TenancyModule,
    OverlaysModule,
    RateLimitsModule,
    GoldenQuestionsModule,
  ],
  providers: [
    CacheWarmUpService,
    ChangePipeline,
    ChangePreconditions,
    ChangeRateLimit,
    ConfigReader,
    ConfigurationRepository,
    ConfiguredLimits,
    ConfiguredPlanChangeCheck,
    GoldenQuestionGate,
    HistoryRepository,
    HistoryService,
    InputsLoader,
    PatchConfigurationService,
    PlatformDefaultsService,
    RollBackService,
    StoredConfigurationCache,
  ],
  exports: [
    OverlaysModule,
    RateLimitsModule,
    ChangePipeline,
    ChangeRateLimit,
    ConfigReader,
    ConfigurationRepository,
    ConfiguredLimits,
    ConfiguredPlanChangeCheck,
    HistoryService,
    PatchConfigurationService,
    PlatformDefaultsService,
    RollBackService,
    StoredConfigurationCache,
  ],
})
export class ConfigCoreModule {}
