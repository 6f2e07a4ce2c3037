import { isObject } from '../draft/json.js';

/** How a setting is edited. */
export type Control =
  | { readonly kind: 'choice'; readonly choices: readonly string[] }
  | { readonly kind: 'switch' }
  | {
      readonly kind: 'number';
      readonly isWhole: boolean;
      readonly min?: number;
      readonly max?: number;
      readonly mayBeUnlimited: boolean;
    }
  | { readonly kind: 'colour' }
  | { readonly kind: 'text'; readonly isLong: boolean; readonly maxLength?: number }
  | { readonly kind: 'variables' };

/** One setting as `GET /v1/config/schema` describes it. */
export interface SettingSchema {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly group: string;
  /** Its place in a tenant's file: `model.temperature`. */
  readonly path: string;
  readonly setBy: 'tenant' | 'platform';
  /** The plan that locks it. */
  readonly lockedBy: string | null;
  /** What applies when the tenant stores nothing. */
  readonly inherited: unknown;
  readonly control: Control;
}

const longTextLength = 1000;

/** The settings in the order of the schema. */
export function readSettings(properties: Readonly<Record<string, unknown>>): SettingSchema[] {
  return Object.entries(properties).map(([name, property]) =>
    readSetting(name, isObject(property) ? property : {}),
  );
}

function readSetting(name: string, property: Record<string, unknown>): SettingSchema {
  return {
    name,
    title: textOf(property['title'], name),
    description: textOf(property['description'], ''),
    group: textOf(property['x-group'], 'other'),
    path: textOf(property['x-path'], name),
    setBy: property['x-set-by'] === 'platform' ? 'platform' : 'tenant',
    lockedBy: typeof property['x-locked-by'] === 'string' ? property['x-locked-by'] : null,
    inherited: property['default'],
    control: controlOf(property),
  };
}

/** Groups with their settings, in the order of the schema. */
export function groupSettings(
  settings: readonly SettingSchema[],
): { readonly group: string; readonly settings: readonly SettingSchema[] }[] {
  const groups = [...new Set(settings.map(({ group }) => group))];
  return groups.map((group) => ({ group, settings: settings.filter((each) => each.group === group) }));
}

/** Settings whose title, name or description has all the words. */
export function searchSettings(settings: readonly SettingSchema[], query: string): readonly SettingSchema[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  return settings.filter(({ title, name, description }) => {
    const text = `${title} ${name} ${name.replaceAll('_', ' ')} ${description}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

function controlOf(property: Record<string, unknown>): Control {
  const number = numberIn(property);
  if (number) return number;
  if (Array.isArray(property['enum'])) return { kind: 'choice', choices: property['enum'].map(String) };
  if (property['type'] === 'boolean') return { kind: 'switch' };
  if (property['type'] === 'object') return { kind: 'variables' };
  return textControl(property);
}

function numberIn(property: Record<string, unknown>): Control | null {
  const alternatives = Array.isArray(property['oneOf']) ? property['oneOf'].filter(isObject) : [];
  const number = [property, ...alternatives].find(({ type }) => type === 'number' || type === 'integer');
  if (!number) return null;
  const { minimum: min, maximum } = number;
  const max = property['maximum'] ?? maximum;
  return {
    kind: 'number',
    isWhole: number['type'] === 'integer',
    mayBeUnlimited: alternatives.length > 0,
    ...(typeof min === 'number' && { min }),
    ...(typeof max === 'number' && { max }),
  };
}

function textControl({ pattern, maxLength }: Record<string, unknown>): Control {
  if (typeof pattern === 'string' && pattern.includes('[0-9a-fA-F]{6}')) return { kind: 'colour' };
  const length = typeof maxLength === 'number' ? { maxLength } : {};
  return { kind: 'text', isLong: (length.maxLength ?? 0) >= longTextLength, ...length };
}

function textOf(value: unknown, otherwise: string): string {
  return typeof value === 'string' ? value : otherwise;
}
