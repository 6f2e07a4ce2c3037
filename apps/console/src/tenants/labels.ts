const labelPattern = /^\s*([a-z0-9][a-z0-9._-]{0,62}):(.+)$/;

/** Reads `region:eu, tier:gold`; null if a part is no label. */
export function parseLabels(text: string): Record<string, string> | null {
  const parts = text.split(',').filter((part) => part.trim() !== '');
  const pairs = parts.map((part) => labelPattern.exec(part));
  if (pairs.includes(null)) return null;
  return Object.fromEntries(pairs.map((pair) => [pair![1]!, pair![2]!.trim()]));
}

/** Writes labels as `parseLabels` reads them. */
export function labelsText(labels: Readonly<Record<string, unknown>>): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}:${String(value)}`)
    .join(', ');
}

/** The merge patch between two sets of labels: what is new or other, and null for what is gone. */
export function labelsPatch(
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, string>>,
): Record<string, string | null> {
  const gone = Object.keys(before).filter((name) => !(name in after));
  const changed = Object.entries(after).filter(([name, value]) => before[name] !== value);
  return Object.fromEntries([...changed, ...gone.map((name) => [name, null] as const)]);
}
