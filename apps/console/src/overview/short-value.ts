const maxLength = 80;

/** A value of a setting in one line; null is what the next lower layer gives. */
export function shortValue(value: unknown): string {
  if (value === null || value === undefined) return 'inherited';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const line = text.replaceAll(/\s+/g, ' ');
  return line.length > maxLength ? `${line.slice(0, maxLength)}…` : line;
}
