export { PatchConfiguration } from './change/patch-configuration.service.js';
export { ConfigurationModule } from './config.module.js';
export type { CompiledConfiguration } from './read/compiled-configuration.js';
export { ConfigReader } from './read/config-reader.js';
export { PromptTemplate, type RenderedPrompt } from './settings/template.js';
export { type TenantSettings as EffectiveSettings, settingNames } from './settings/tenant-settings.js';
