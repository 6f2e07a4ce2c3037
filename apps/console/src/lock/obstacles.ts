import type { Explained } from '../settings/explanation.js';
import { settingTitle } from '../settings/setting-properties.js';
import type { SettingsData } from '../settings/use-configuration.js';
import { texts } from './lock.texts.js';

/** What stands against a change of these settings by the platform, so that it takes force, as sentences. */
export function obstaclesTo(
  names: readonly string[],
  { isOverrideAllowed, managedByCode }: Pick<Explained, 'isOverrideAllowed' | 'managedByCode'>,
  { needsApproval }: Pick<SettingsData, 'needsApproval'>,
): string[] {
  const ofFile = names.filter((name) => managedByCode.includes(name)).map(settingTitle);
  return [
    ...(isOverrideAllowed ? [] : [texts.obstacles.lock]),
    ...(ofFile.length === 0 ? [] : [texts.obstacles.file(ofFile)]),
    ...(needsApproval ? [texts.obstacles.approval] : []),
  ];
}
