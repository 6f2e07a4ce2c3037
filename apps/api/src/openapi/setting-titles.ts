import { settingDeclarations } from '#settings';

type Schemas = Readonly<Record<string, unknown>>;

/**
 * Adds the label of each setting to the defaults' schema as `x-title`, for the console. A `title` would name types in generated clients.
 */
export function addSettingTitles(schemas: Schemas): void {
  const { properties } = schemas['DefaultsPatch'] as { readonly properties: Record<string, object> };
  for (const { name, title } of settingDeclarations) Object.assign(properties[name]!, { 'x-title': title });
}
