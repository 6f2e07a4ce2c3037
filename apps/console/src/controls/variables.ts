/** A variable of the prompt as a line of the editor. */
export interface VariableLine {
  readonly name: string;
  readonly value: unknown;
}

/** The variables as lines, in the order of their names. */
export function toLines(variables: Readonly<Record<string, unknown>>): VariableLine[] {
  return Object.entries(variables)
    .map(([name, value]) => ({ name, value }))
    .toSorted((left, right) => left.name.localeCompare(right.name));
}

/** The lines as variables. A line without a name is not sent; of two with one name the last one counts. */
export function fromLines(lines: readonly VariableLine[]): Record<string, unknown> {
  return Object.fromEntries(
    lines.filter(({ name }) => name.trim() !== '').map(({ name, value }) => [name.trim(), value]),
  );
}

/** What a person typed as the value of a variable: a number or a truth value keeps its type if it had that type before. */
export function typedValue(before: unknown, text: string): unknown {
  if (typeof before === 'number' && text.trim() !== '' && Number.isFinite(Number(text))) return Number(text);
  if (typeof before === 'boolean' && (text === 'true' || text === 'false')) return text === 'true';
  return text;
}
