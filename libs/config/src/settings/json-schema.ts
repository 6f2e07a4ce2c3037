import { fieldSchema } from '#http';
import { type Layers, allowedModels, resolve } from './layers.js';
import { TenantSettings, settings } from './tenant-settings.js';

type Schema = Record<string, unknown>;

/** JSON Schema (2020-12) of the settings under a tenant's plan: groups, titles, bounds, defaults and who may set each. */
export function settingsSchema(layers: Layers): Schema {
  const inherited = resolve({ ...layers, own: {}, setBy: {} }).settings;
  const properties = settings.map((setting) => [
    setting.name,
    { ...propertyOf(setting, layers), default: inherited[setting.name] },
  ]);
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Settings',
    type: 'object',
    additionalProperties: false,
    properties: Object.fromEntries(properties) as Schema,
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
    'x-group': group,
    'x-set-by': plan.locked_settings.includes(name) ? 'platform' : setBy,
  };
}
