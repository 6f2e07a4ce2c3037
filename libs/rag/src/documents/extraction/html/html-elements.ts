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
