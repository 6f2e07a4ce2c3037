import { isObject } from '../draft/json.js';
import { texts } from './lists.texts.js';

/** A setting's value in one line, as a person reads it; with `maxLength` it is cut. `null` is a value that is not set. */
export function valueText(value: unknown, maxLength = Number.POSITIVE_INFINITY): string {
  const text = wholeText(value);
  return text.length > maxLength ? `${text.slice(0, maxLength - 1)}…` : text;
}

function wholeText(value: unknown): string {
  if (value === undefined || value === null || value === '') return texts.value.notSet;
  if (typeof value === 'boolean') return value ? texts.value.on : texts.value.off;
  if (Array.isArray(value)) return listText(value.map(plainText));
  if (!isObject(value)) return String(value);
  return listText(Object.entries(value).map(([name, each]) => `${name}: ${plainText(each)}`));
}

function listText(parts: readonly string[]): string {
  return parts.length === 0 ? texts.value.none : parts.join(', ');
}

/** A value inside another one. */
function plainText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
