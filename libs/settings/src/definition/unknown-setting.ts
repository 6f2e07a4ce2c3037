import { type FieldError, didYouMean } from '#kernel';
import { settingNames } from './setting-names.js';

/** The message for a name that is none of the known ones: `Unknown setting "temprature". Did you mean "temperature"?`. */
export function unknownSettingMessage(name: string, knownNames: readonly string[] = settingNames): string {
  const shortName = name.slice(0, 200);
  const suggestion = didYouMean(name, knownNames);
  return `Unknown setting "${shortName}".${suggestion === '' ? ' Check the spelling.' : suggestion}`;
}

/** The error of a field in which a setting was expected. */
export function unknownSettingError(field: string, name: string, value: unknown): FieldError {
  return { field: field.slice(0, 200), rule: 'unknown_field', message: unknownSettingMessage(name), value };
}
