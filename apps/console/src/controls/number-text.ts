/** The number that a person typed, with a point or a comma; other text stays as it is, and the API says what is wrong with it. */
export function parseNumber(text: string): number | string {
  const trimmed = text.trim();
  const number = Number(trimmed.replace(',', '.'));
  return trimmed === '' || Number.isNaN(number) ? trimmed : number;
}

interface StepOptions {
  readonly isWhole: boolean;
  readonly min?: number;
  readonly max?: number;
}

/** The value one step up or down, within the bounds: 1 for whole numbers, 0.1 for others. */
export function stepNumber(value: unknown, direction: 1 | -1, { isWhole, min, max }: StepOptions): number {
  const step = isWhole ? 1 : 0.1;
  const start = typeof value === 'number' ? value : (min ?? 0);
  const next = Math.round((start + direction * step) * 1e6) / 1e6;
  return Math.min(max ?? next, Math.max(min ?? next, next));
}
