/** What a person wrote as an act. */
export type Command =
  | { readonly kind: 'set'; readonly setting: string; readonly text: string }
  | { readonly kind: 'undo'; readonly tenantId: string | null }
  | { readonly kind: 'suspend' | 'activate'; readonly tenantId: string }
  | { readonly kind: 'why'; readonly setting: string };

type Reader = (first: string, rest: string) => Command | null;

const verbs: Readonly<Record<string, Reader>> = {
  set: (setting, text) => (text === '' ? null : { kind: 'set', setting, text }),
  why: (setting) => (setting === '' ? null : { kind: 'why', setting }),
  undo: (tenantId) => ({ kind: 'undo', tenantId: tenantId === '' || tenantId === 'last' ? null : tenantId }),
  suspend: (tenantId) => (tenantId === '' ? null : { kind: 'suspend', tenantId }),
  activate: (tenantId) => (tenantId === '' ? null : { kind: 'activate', tenantId }),
};

/** Reads "set temperature 0.2", "undo last change", "undo acme-law", "suspend acme-law", "why retrieval_top_k"; null for a search. */
export function readCommand(input: string): Command | null {
  const [verb = '', first = '', ...rest] = input.trim().split(/\s+/);
  const read = Object.hasOwn(verbs, verb.toLowerCase()) ? verbs[verb.toLowerCase()] : undefined;
  return read?.(first, rest.join(' ')) ?? null;
}

const booleans: Readonly<Record<string, boolean>> = {
  true: true,
  on: true,
  yes: true,
  false: false,
  off: false,
  no: false,
};

/**
 * A written value as the API takes it: `reset` is null, and numbers and booleans are written as in JSON.
 *
 * @param types The types of the setting's schema.
 */
export function readValue(text: string, types: readonly string[]): unknown {
  if (text === 'reset' || text === 'null') return null;
  if (types.includes('boolean')) return booleans[text.toLowerCase()] ?? text;
  const isNumber = types.some((type) => type === 'number' || type === 'integer');
  return isNumber && /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
}

/** The id, if the text is an id: 16 or 32 hexadecimal digits, or `key:` and those, as in logs. Null for other texts. */
export function readId(text: string): string | null {
  return /^(?:key:)?([0-9a-f]{16}|[0-9a-f]{32})$/.exec(text.trim())?.[1] ?? null;
}

/** True if every word of the search is somewhere in the text. */
export function matches(search: string, ...texts: readonly string[]): boolean {
  const text = texts.join(' ').toLowerCase();
  return search
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}
