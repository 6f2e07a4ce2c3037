export type Attributes = Readonly<Record<string, string>>;

/** Elements whose content is no text of the page. */
export const skippedElements = new Set([
  'script',
  'style',
  'noscript',
  'template',
  'svg',
  'iframe',
  'object',
  'audio',
  'video',
  'canvas',
  'annotation',
  'annotation-xml',
]);

/** Block elements, with the number of line breaks around them. */
export const blockBreaks = new Map<string, number>([
  ...['p', 'blockquote', 'section', 'article', 'header', 'footer', 'nav', 'main', 'aside', 'figure'].map(
    (name) => [name, 2] as const,
  ),
  ...['form', 'fieldset', 'details', 'dl', 'select', 'datalist', 'hr', 'body'].map(
    (name) => [name, 2] as const,
  ),
  ...['div', 'address', 'center', 'figcaption', 'legend', 'summary', 'dt', 'menu'].map(
    (name) => [name, 1] as const,
  ),
]);

/** Elements that divide no words: what is written before and after them belongs together. */
export const joinedElements = new Set(['sub', 'sup', 'wbr', 'ruby', 'rb', 'rp', 'br']);

/** Elements that often hold an icon only. */
export const labelledElements = new Set(['i', 'span', 'b', 'em']);

/** A heading in a table's cell is bold, too. */
const boldElements = new Set(['b', 'strong', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6']);
const boldStyle = /font-weight\s*:\s*(?:bold|[6-9]00)/i;

export function isBold(name: string, { style = '' }: Attributes): boolean {
  return boldElements.has(name) || boldStyle.test(style);
}

/** The words on a button, and whether a box is checked, as Markdown writes it. */
export function inputText({ type = '', value = '', alt = '', checked }: Attributes): string {
  if (/^(?:checkbox|radio)$/i.test(type)) return checked === undefined ? '[ ]' : '[x]';
  if (/^(?:submit|button|reset)$/i.test(type)) return value;
  return /^image$/i.test(type) ? alt : '';
}
