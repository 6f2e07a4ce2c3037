import { fieldSchema } from '#http';
import { type Layers, allowedModels, resolveSettings } from './layers.js';
import { TenantSettings } from '../definition/tenant-settings.js';
import { settingDeclarations } from '../definition/setting-names.js';

type JsonSchema = Record<string, unknown>;

/**
 * JSON Schema (2020-12) of the settings of a tenant: groups, titles, bounds, defaults, and who may set each. A `maximum` is the plan's
 * ceiling if it is lower than the setting's own, and the models are those that the plan includes.
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
  { name, title, group, settableBy }: (typeof settingDeclarations)[number],
  layers: Layers,
): JsonSchema {
  const { plan } = layers;
  const { nullable, required: _required, ...schema } = fieldSchema(TenantSettings, name);
  const models = allowedModels(layers);
  const choices = { model_name: models, model_fallback: [...models, 'none'] }[name as string];
  const ceiling = plan.ceilings[name];
  return {
    title,
    ...schema,
    ...(nullable ? { type: [schema['type'], 'null'] } : {}),
    ...(choices ? { enum: choices } : {}),
    ...(ceiling === undefined ? {} : { maximum: Math.min(ceiling, Number(schema['maximum'] ?? ceiling)) }),
    'x-group': group,
    'x-set-by': plan.locked_settings.includes(name) ? 'platform' : settableBy,
  };
}
