import type { SearchValue } from './search-values.js';

type Json = Readonly<Record<string, unknown>>;

/** An object in the URL, as JSON; an empty one is left out. What cannot be read is an empty one. */
export const searchJson: SearchValue<Json> = {
  read: (text) => {
    try {
      const value: unknown = JSON.parse(text ?? '{}');
      return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {};
    } catch {
      return {};
    }
  },
  write: (value) => (Object.keys(value).length === 0 ? null : JSON.stringify(value)),
};
