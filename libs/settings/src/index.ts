export { type ChangeOptions, type ParsedChange, parseChange } from './resolution/parse-change.js';
export { type SettingsPatch, mergePatch, patchDefaults } from './resolution/merge-patch.js';
export { findValueErrors } from './definition/find-value-errors.js';
export { findMergedVariableErrors, findPatchedValueErrors, prefixFields } from './resolution/patch-errors.js';
export { type ModelReference, findModelReferences, findPlanErrors } from './resolution/plan-errors.js';
export { findChangeErrors, findConfigurationErrors, findRerankErrors } from './resolution/rules.js';
export {
  type Layers,
  type Overlays,
  type ResolvedSettings,
  type Setter,
  type SettingSource,
  type SettersByName,
  allowedModels,
  isModelUsable,
  pickEffectiveSettings,
  resolveSettings,
  settersAfterChange,
} from './resolution/layers.js';
export {
  type CapReason,
  type LayerValue,
  type SettingsExplanation,
  explainSettings,
} from './resolution/explain-settings.js';
export {
  type PartialSettings,
  type SettingName,
  TenantSettings,
  initialPromptTemplate,
  maxTopK,
} from './definition/tenant-settings.js';
export {
  answerRelevantSettingNames,
  getSettingDeclaration,
  initialSettings,
  isSettingName,
  settingDeclarations,
  settingNames,
} from './definition/setting-names.js';
export {
  type Selector,
  SelectorRequest,
  acceptedValues,
  findSelectorSyntaxErrors,
  hasConditions,
  matchesConditions,
  matchesSelector,
} from './definition/selector.js';
export {
  type Labels,
  findLabelErrors,
  isLabelName,
  maxLabelBytes,
  maxLabels,
  tooManyLabelsError,
} from './definition/labels.js';
export { retrievalLanguages } from './definition/retrieval-languages.js';
export { FieldChangeResponse } from './resolution/field-change.response.js';
export { type FieldChange, changedSettings, createPatch, diffConfigurations } from './resolution/diff.js';
export { unknownSettingError, unknownSettingMessage } from './definition/unknown-setting.js';
export {
  type PromptRenderer,
  PromptTemplate,
  type RenderedPrompt,
} from './prompt-template/prompt-template.js';
export { settingsSchema } from './resolution/settings-schema.js';
export { parseTemplate } from './prompt-template/parse-template.js';
export { type Model, providers, tiers, type ReasoningEffort, reasoningEfforts } from './definition/model.js';
export { type Plan, planIdPattern } from './definition/plan.js';
