/** Put in by the build, from the OpenAPI document. */
declare const SETTING_PROPERTIES: Readonly<Record<string, { readonly title: string }>>;

/** All settings as JSON Schema, without the bounds of a plan. */
export function settingProperties(): typeof SETTING_PROPERTIES {
  return SETTING_PROPERTIES;
}

/** The label of a setting; another field keeps its name. */
export function settingTitle(field: string): string {
  return SETTING_PROPERTIES[field]?.title ?? field;
}
