import { type SettingDeclaration, declaredSettings } from './setting.js';
import { type SettingName, TenantSettings } from './tenant-settings.js';

/** The declaration of one property of `TenantSettings`. */
export interface TenantSettingDeclaration extends SettingDeclaration {
  readonly name: SettingName;
}

/** Every setting, in the order in which responses show them. */
export const settingDeclarations = declaredSettings(TenantSettings) as readonly TenantSettingDeclaration[];
/** The names of `settingDeclarations`, in the same order. */
export const settingNames: readonly SettingName[] = settingDeclarations.map((setting) => setting.name);

const irrelevantGroups: readonly string[] = ['branding', 'limits', 'privacy'];

/** The settings that the answer to a question depends on. The others are about branding, limits and privacy. */
export const answerRelevantSettingNames: readonly SettingName[] = settingDeclarations
  .filter(({ group }) => !irrelevantGroups.includes(group))
  .map(({ name }) => name);

const declarationsByName = new Map<string, TenantSettingDeclaration>(
  settingDeclarations.map((setting) => [setting.name, setting]),
);

/** True for the name of a declared setting. */
export function isSettingName(name: string): name is SettingName {
  return declarationsByName.has(name);
}

/** @throws Error for a name that is not a setting; call `isSettingName` first. */
export function getSettingDeclaration(name: SettingName): TenantSettingDeclaration {
  const declaration = declarationsByName.get(name);
  if (!declaration) throw new Error(`"${name}" is not a setting`);
  return declaration;
}

/** The platform defaults of a fresh installation, before `DEFAULT_*` variables. Each call returns a new object. */
export function initialSettings(): TenantSettings {
  return Object.fromEntries(
    settingDeclarations.map(({ name, initial }) => [name, initial]),
  ) as unknown as TenantSettings;
}
