import { documentTexts } from './documents.texts.js';

/** `year=2026 language=en` as the query parameters of the API; words without `=` are left out. */
export function toFilterQuery(text: string): Readonly<Record<string, readonly string[]>> {
  const pairs = [...text.matchAll(/([^\s=]+)=("[^"]*"|\S+)/g)].map(
    ([, field = '', value = '']) => [`filter[${field}]`, value.replaceAll('"', '')] as const,
  );
  const grouped = Map.groupBy(pairs, ([name]) => name);
  return Object.fromEntries([...grouped].map(([name, entries]) => [name, entries.map(([, value]) => value)]));
}

/** Metadata that a person wrote as JSON: a flat object, or the sentence that says what is wrong. */
export function parseMetadata(text: string): { metadata: Record<string, unknown> } | { fault: string } {
  if (text.trim() === '') return { metadata: {} };
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return { metadata: value as Record<string, unknown> };
    return { fault: documentTexts.metadataFault };
  } catch (error) {
    return { fault: documentTexts.notJson(error instanceof Error ? error.message : String(error)) };
  }
}
