/** A `{name}` in a template. `from` and `to` are its place in the text, in UTF-16 units. */
export interface Placeholder {
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

/** Names that are no variables. */
const builtIn = ['context', 'question'] as const;

// `{{` and `}}` are literal braces, and are matched first so that they begin no placeholder.
const pattern = /\{\{|\}\}|\{([a-z_][a-z0-9_]*)\}/gi;

/** The placeholders of a template, in the order of the text. */
export function findPlaceholders(template: string): readonly Placeholder[] {
  return [...template.matchAll(pattern)].flatMap(({ 0: whole, 1: name, index }) =>
    name === undefined ? [] : [{ name, from: index, to: index + whole.length }],
  );
}

/** The template with its values filled in; a name without a value stays as it is. */
export function fillTemplate(template: string, values: Readonly<Record<string, unknown>>): string {
  return template.replaceAll(pattern, (whole: string, name?: string) => {
    if (name === undefined) return whole.slice(0, 1);
    return name in values ? String(values[name]) : whole;
  });
}

/** Which variables a template uses, leaves unused, and names without a declaration. */
export function compareVariables(
  template: string,
  declared: readonly string[],
): { unused: readonly string[]; unknown: readonly string[] } {
  const names = new Set(findPlaceholders(template).map(({ name }) => name));
  const known = new Set<string>([...declared, ...builtIn]);
  return {
    unused: declared.filter((name) => !names.has(name)),
    unknown: [...names].filter((name) => !known.has(name)),
  };
}

/** Where the template goes: with `{question}` it is the whole user message, else the system message. */
export function messageOf(template: string): 'system' | 'user' {
  return findPlaceholders(template).some(({ name }) => name === 'question') ? 'user' : 'system';
}
