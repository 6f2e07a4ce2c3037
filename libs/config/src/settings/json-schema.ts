import { fieldSchema } from '#http';
import type { Layers } from './layers.js';
import { allowedModels } from './layers.js';
import { TenantSettings, settings } from './tenant-settings.js';

type Schema = Record<string, unknown>;

/** JSON Schema (2020-12) of the settings under a tenant's plan: groups, titles, bounds, defaults and who may set each. */
export function settingsSchema(layers: Layers): Schema {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Settings',
    type: 'object',
    additionalProperties: false,
    properties: Object.fromEntries(settings.map((setting) => [setting.name, propertyOf(setting, layers)])),
  };
}

function propertyOf({ name, title, group, setBy }: (typeof settings)[number], layers: Layers): Schema {
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
    default: plan.defaults[name] ?? layers.platform[name],
    'x-group': group,
    'x-set-by': plan.locked_settings.includes(name) ? 'platform' : setBy,
  };
}
