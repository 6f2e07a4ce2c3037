const separators = /[.,'’]/gu;
const digits = /^\d+$/u;

/**
 * What a number with separators is found by. `1,500.00`, `1.500,00` and `1’500` are 1500; `3,14` is 3.14, and its parts are found too.
 * `1.500` may be both 1500 and 1.5. null for what is no such number: `2.14.3` is a version.
 */
export function numberForms(text: string): readonly string[] | null {
  const marks = text.match(separators) ?? [];
  const groups = text.split(separators);
  if (marks.length === 0 || !groups.every((group) => digits.test(group))) return null;
  const forms = [...integerForms(groups, marks), ...decimalForms(groups, marks)];
  return forms.length === 0 ? null : [...new Set(forms)];
}

function integerForms(groups: readonly string[], marks: readonly string[]): string[] {
  return isGrouped(groups) && areEqual(marks) ? [withoutLeadingZeros(groups.join(''))] : [];
}

/** The mark of the decimals is another one than that of the groups. */
function decimalForms(groups: readonly string[], marks: readonly string[]): string[] {
  const whole = groups.slice(0, -1);
  const decimals = groups.at(-1)!;
  const form = withDecimals(whole.join(''), decimals);
  if (whole.length === 1) return isGrouped(groups) ? [form] : [form, ...groups];
  const hasOwnMark = areEqual(marks.slice(0, -1)) && marks.at(-1) !== marks[0];
  return hasOwnMark && isGrouped(whole) ? [form, withoutLeadingZeros(whole.join(''))] : [];
}

/** Three digits in each group but the first. */
function isGrouped([first, ...others]: readonly string[]): boolean {
  return first!.length <= 3 && others.every(({ length }) => length === 3);
}

function areEqual(marks: readonly string[]): boolean {
  return new Set(marks).size === 1;
}

function withDecimals(whole: string, decimals: string): string {
  const shortened = decimals.replace(/0+$/u, '');
  const integer = withoutLeadingZeros(whole);
  return shortened === '' ? integer : `${integer}.${shortened}`;
}

function withoutLeadingZeros(number: string): string {
  return number.replace(/^0+(?=\d)/u, '');
}
