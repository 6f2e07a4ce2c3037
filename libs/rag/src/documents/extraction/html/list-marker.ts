/** An open list of HTML. */
export interface HtmlList {
  /** The number of the next item; null if the items have none. */
  next: number | null;
  readonly step: 1 | -1;
  readonly style: string;
}

type Attributes = Readonly<Record<string, string>>;

const romanNumerals: readonly (readonly [value: number, numeral: string])[] = [
  [1000, 'm'], [900, 'cm'], [500, 'd'], [400, 'cd'], [100, 'c'], [90, 'xc'], [50, 'l'], [40, 'xl'], [10, 'x'], [9, 'ix'], [5, 'v'], [4, 'iv'], [1, 'i'],
]; // prettier-ignore
const maxRomanNumber = 3999;

/** A list that counts down from a number which only its end would tell has items without numbers. */
export function toOrderedList({ start, type = '1', reversed }: Attributes): HtmlList {
  const isReversed = reversed !== undefined;
  const next = isReversed && start === undefined ? null : toNumber(start, 1);
  return { next, step: isReversed ? -1 : 1, style: type };
}

export const unorderedList = (): HtmlList => ({ next: null, step: 1, style: '' });

/** The mark of the next item, `3.` or `c.`; the attribute `value` of the item counts first. */
export function nextMarker(list: HtmlList, value?: string): string {
  const number = list.style === '' ? null : toNumber(value, list.next);
  if (number === null) return '-';
  list.next = number + list.step;
  return `${toNumeral(number, list.style)}.`;
}

function toNumber<Fallback>(attribute: string | undefined, fallback: Fallback): number | Fallback {
  const number = Number.parseInt(attribute ?? '', 10);
  return Number.isNaN(number) ? fallback : number;
}

const numerals = new Map([
  ['a', toLetters],
  ['i', toRoman],
]);

function toNumeral(number: number, style: string): string {
  const numeral = numerals.get(style.toLowerCase())?.(number) ?? '';
  if (numeral === '') return String(number);
  return style === style.toUpperCase() ? numeral.toUpperCase() : numeral;
}

/** `a` to `z`, then `aa`; empty for numbers that letters cannot count. */
function toLetters(number: number): string {
  let letters = '';
  for (let rest = number; rest > 0; rest = Math.floor((rest - 1) / 26))
    letters = String.fromCharCode(97 + ((rest - 1) % 26)) + letters;
  return letters;
}

function toRoman(number: number): string {
  if (number > maxRomanNumber) return '';
  let rest = number;
  let roman = '';
  for (const [value, numeral] of romanNumerals) for (; rest >= value; rest -= value) roman += numeral;
  return roman;
}
