/** What the palette says. */
export const paletteTexts = {
  title: 'Search or act',
  placeholder: 'acme · top k · set temperature 0.2 · undo last change · suspend acme-law',
  found: (count: number): string => `${count} found`,
  searching: 'Searching',
  nothing: 'Nothing matches. Search for a tenant, a setting, a plan, a model or an id, or write an act.',
  isAlready: (tenantId: string, status: string): string => `${tenantId} is ${status} already.`,
} as const;
