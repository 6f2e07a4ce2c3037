import type { PDFPageProxy } from 'unpdf/pdfjs';

/** What pdf.js tells about a field of a form, or about a note. */
interface Annotation {
  readonly subtype: string;
  readonly hidden?: boolean;
  readonly fieldType?: string | null;
  readonly fieldName?: string;
  readonly fieldValue?: unknown;
  readonly alternativeText?: string;
  readonly password?: boolean;
  readonly checkBox?: boolean;
  readonly contentsObj?: { readonly str: string };
}

/** A name that a program gave to a field, such as `form1[0].page[0].f1_01[0]`. */
const generatedName = /[[\]]|^\S*\d+$/;

/** The values of the form's fields and the text that was typed onto the page, a line for each. */
export async function annotationText(page: PDFPageProxy): Promise<string> {
  const annotations = (await page.getAnnotations().catch(() => [])) as readonly Annotation[];
  const lines = annotations.filter(({ hidden }) => hidden !== true).map(toLine);
  return [...new Set(lines)].filter((line) => line !== '').join('\n');
}

function toLine(annotation: Annotation): string {
  if (annotation.subtype === 'FreeText') return annotation.contentsObj?.str.trim() ?? '';
  if (annotation.subtype !== 'Widget' || annotation.password === true) return '';
  return annotation.fieldType === 'Btn' ? toCheckedBox(annotation) : toFieldLine(annotation);
}

function toCheckedBox({ checkBox, fieldValue, ...names }: Annotation): string {
  const label = labelOf(names);
  return checkBox === true && label !== '' && fieldValue !== 'Off' ? `[x] ${label}` : '';
}

function toFieldLine({ fieldValue, ...names }: Annotation): string {
  const values = [fieldValue].flat().filter((value) => typeof value === 'string');
  const text = values.join(', ').trim();
  const label = labelOf(names);
  return text === '' || label === '' ? text : `${label}: ${text}`;
}

function labelOf({ alternativeText = '', fieldName = '' }: Partial<Annotation>): string {
  return alternativeText.trim() || (generatedName.test(fieldName) ? '' : fieldName);
}
