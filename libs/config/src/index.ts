export { chainFaults } from './chain/chain-fault.js';
export type { ChainHead } from './chain/chain.repository.js';
export { HistoryChain } from './chain/history-chain.service.js';
export { PatchConfiguration } from './change/patch-configuration.service.js';
export { tenantFileSchema } from './code/file-schema.js';
export type { ManagedAnswer } from './code/managed.response.js';
export { type TenantFile, documentOf, pathInFile, readTenantFile } from './code/tenant-file.js';
export type { Source as ConfigSource } from '#cache';
export { ConfigurationModule } from './config.module.js';
export type { CompiledConfiguration } from './read/compiled-configuration.js';
export { ConfigReader } from './read/config-reader.js';
export type { RolloutArm } from './rollouts/arm.js';
export { RolloutObservations } from './rollouts/measure/rollout-observations.js';
export type { Observation } from './rollouts/measure/tally.js';
export { FlagSource } from './flags/flag-source.js';
export { flagSourceOf } from './flags/launchdarkly.js';
export { PromptTemplate, type RenderedPrompt } from './settings/template.js';
export { ConfigurationTrial, type Trial, type TrialAnswer } from './trial/configuration-trial.js';
export { Question } from './trial/question.js';
export { type SettingsPatch, defaultsAfter } from './settings/merge-patch.js';
export { parseTemplate } from './settings/template-source.js';
export {
  type SettingName,
  type TenantSettings as EffectiveSettings,
  answerSettingNames,
  isSettingName,
  settingNames,
} from './settings/tenant-settings.js';
