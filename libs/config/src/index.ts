export {
  type ChainHead,
  integrityViolationMessages,
} from './history-integrity/history-integrity.repository.js';
export { HistoryIntegrityService } from './history-integrity/history-integrity.service.js';
export { ApprovalQueue } from './change/change.js';
export { OpenChangeRequestService } from './approvals/open-change-request.service.js';
export { PatchConfigurationService } from './change/patch-configuration.service.js';
export {
  type ProposedConfiguration,
  ProposedConfigurationService,
} from './playground/proposed-configuration.service.js';
export { tenantFileSchema } from './gitops/tenant-file-schema.js';
export type { ManagedResponse } from './gitops/managed.response.js';
export { type TenantFile, toDocument, pathInFile, parseTenantFile } from './gitops/tenant-file.js';
export { ApprovalsModule } from './approvals/approvals.module.js';
export { ConfigCoreModule } from './config-core.module.js';
export { ConfiguredLimits } from './read/configured-limits.js';
export { ConfiguredPlanChangeCheck } from './read/configured-plan-change-check.js';
export { ConfigurationModule } from './configuration.module.js';
export { ConfigStreamModule } from './stream/config-stream.module.js';
export { ConfigStreamService } from './stream/config-stream.service.js';
export { readSince } from './stream/read-since.js';
export type { StreamFormat } from './stream/stream-format.js';
export { isNotModified } from './http/send-configuration.js';
export { type CompiledConfiguration, computeEtag, toLayers } from './compile/compiled-configuration.js';
export {
  ConfigurationResponse,
  ExplainedLayerResponse,
  HistoryEntryResponse,
  ValidityResponse,
} from './http/configuration.response.js';
export { HistoryService } from './read/history.service.js';
export { ConfigReader } from './read/config-reader.js';
export type { RolloutAssignment } from './compile/rollout-arm.js';
export { type RolloutObservation, RolloutObserver } from './compile/rollout-observer.js';
export { FlagSource } from './overlays/flag-source.js';
export { createFlagSource } from './overlays/launchdarkly-flag-source.js';
export { ConfigurationTrial, type TrialInput, type TrialAnswer } from './trial/configuration-trial.js';
export {
  AppliedConfiguration,
  QuerySource,
  QueryTimings,
  QueryUsage,
} from './trial/query-answer.response.js';
export { QuestionField, maxQuestionLength } from './trial/question-field.js';
export {
  type ConfigurationContent,
  ConfigurationRepository,
  type StoredConfiguration,
} from './storage/configuration.repository.js';
export { ChangeRequestRepository } from './approvals/change-request.repository.js';
export { ChangeMetrics, type TenantChanges } from './rate-limits/change-metrics.js';
export { RateLimitExemptions } from './rate-limits/rate-limit-exemptions.js';
export { PlatformDefaultsService } from './read/platform-defaults.service.js';
export { DefaultsPatch } from './http/configuration.request.js';
export {
  type Guardrails,
  type RolloutUnit,
  type RunningRollout,
  rolloutStates,
  rolloutUnits,
} from './compile/rollout.js';
export { type Arm, assignArm } from './compile/rollout-arm.js';
export { RunningRollouts } from './overlays/running-rollouts.js';
export { runningRolloutColumns } from './overlays/running-rollout.repository.js';
export {
  type Eligibility,
  type RolloutCandidate,
  eligibilities,
  evaluateEligibility,
  findErrorsUnderRollout,
} from './compile/rollout-eligibility.js';
export { configEntities } from './config.entities.js';
export { ChangeRequestResponse } from './approvals/change-request.request.js';
export { ChangeRequestEntity } from './approvals/change-request.entity.js';
export { RolloutEntity } from './overlays/rollout.entity.js';
export {
  TenantConfigurationEntity,
  TenantConfigurationHistoryEntity,
} from './storage/configuration.entity.js';
export { ConfigurationConfig, configurationConfig, configurationVariables } from './configuration.config.js';
