import { fieldSchema } from '#http';
import { type Layers, allowedModels, resolveSettings } from './layers.js';
import { TenantSettings } from '../definition/tenant-settings.js';
import { settingDeclarations } from '../definition/setting-names.js';

type JsonSchema = Record<string, unknown>;

/**
 * JSON Schema (2020-12) of the settings of a tenant: groups, titles, bounds, defaults, the path in a tenant's file (`x-path`), who may
 * set each (`x-set-by`), and the plan that locks it (`x-locked-by`). A `maximum` is the plan's ceiling if it is lower than the setting's
 * own, and the models are those that the plan includes.
 */
export function settingsSchema(layers: Layers): JsonSchema {
  const inheritedSettings = resolveSettings({ ...layers, own: {}, setBy: {} }).settings;
  const properties = settingDeclarations.map((setting) => [
    setting.name,
    { ...toPropertySchema(setting, layers), default: inheritedSettings[setting.name] },
  ]);
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Settings',
    type: 'object',
    additionalProperties: false,
    properties: Object.fromEntries(properties) as JsonSchema,
  };
}

function toPropertySchema(
  { name, title, group, settableBy, yamlPath }: (typeof settingDeclarations)[number],
  layers: Layers,
): JsonSchema {
  const { plan } = layers;
  const { nullable, required: _required, ...schema } = fieldSchema(TenantSettings, name);
  const models = allowedModels(layers);
  const choices = { model_name: models, model_fallback: [...models, 'none'] }[name as string];
  const ceiling = plan.ceilings[name];
  const isLocked = plan.locked_settings.includes(name);
  return {
    title,
    ...schema,
    ...(nullable ? { type: [schema['type'], 'null'] } : {}),
    ...(choices ? { enum: choices } : {}),
    ...(ceiling === undefined ? {} : { maximum: Math.min(ceiling, Number(schema['maximum'] ?? ceiling)) }),
    'x-group': group,
    'x-path': yamlPath,
    'x-set-by': isLocked ? 'platform' : settableBy,
    ...(isLocked ? { 'x-locked-by': plan.id } : {}),
  };
}
