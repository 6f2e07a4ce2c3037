export { integrityViolationMessages } from './chain/chain-fault.js';
export type { ChainHead } from './chain/chain.repository.js';
export { HistoryIntegrityService } from './chain/history-chain.service.js';
export { PatchConfigurationService } from './change/patch-configuration.service.js';
export { tenantFileSchema } from './code/file-schema.js';
export type { ManagedResponse } from './code/managed.response.js';
export { type TenantFile, toDocument, pathInFile, parseTenantFile } from './code/tenant-file.js';
export type { ValueSource as ConfigSource } from '#cache';
export { ConfigurationModule } from './config.module.js';
export type { CompiledConfiguration } from './read/compiled-configuration.js';
export { ConfigReader } from './read/config-reader.js';
export type { RolloutAssignment } from './rollouts/arm.js';
export { RolloutObservationBuffer } from './rollouts/measure/rollout-observations.js';
export type { RolloutObservation } from './rollouts/measure/tally.js';
export { FlagSource } from './flags/flag-source.js';
export { createFlagSource } from './flags/launchdarkly.js';
export { PromptTemplate, type RenderedPrompt } from './settings/template.js';
export { ConfigurationTrial, type TrialInput, type TrialAnswer } from './trial/configuration-trial.js';
export { QuestionField } from './trial/question.js';
export { type SettingsPatch, patchDefaults } from './settings/merge-patch.js';
export { parseTemplate } from './settings/template-source.js';
export {
  type SettingName,
  type TenantSettings as EffectiveSettings,
  answerRelevantSettingNames,
  isSettingName,
  settingNames,
} from './settings/tenant-settings.js';
