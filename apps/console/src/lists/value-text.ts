/** A setting's value as a person reads it; with `maxLength` it is cut. `null` is a value that is not set. */
export function valueText(value: unknown, maxLength = Number.POSITIVE_INFINITY): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? 'null');
  const display = value === null || value === undefined ? 'not set' : text;
  return display.length > maxLength ? `${display.slice(0, maxLength - 1)}…` : display;
}
