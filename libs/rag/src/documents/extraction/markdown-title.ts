import { parse } from 'yaml';

const yamlMatter = /^---[ \t]*\n((?:(?!(?:---|\.\.\.)[ \t]*(?:\n|$)).*\n)*)(?:---|\.\.\.)[ \t]*(?:\n|$)/;
const tomlMatter = /^\+\+\+[ \t]*\n((?:(?!\+\+\+[ \t]*(?:\n|$)).*\n)*)\+\+\+[ \t]*(?:\n|$)/;
const tomlTitle = /^title[ \t]*=[ \t]*(?:"(.*)"|'(.*)')/m;
/** Comments and fenced code, in which nothing is a heading. */
const notShown = /<!--[^]*?(?:-->|$(?![^]))|^ {0,3}(```|~~~)[^]*?(?:^ {0,3}\1|$(?![^]))/gm;
/** `# Fees`, `Fees` above a line of `===` or `---`, or `<h1>Fees</h1>`; a longer line is prose. */
const heading =
  /^ {0,3}#{1,6}[ \t]+(\S.{0,198})$|(?<=^|\n\n) {0,3}([^\s|>#-].{0,198})\n {0,3}(?:=+|-{2,})[ \t]*$|<h1\b[^>]{0,500}>([^]{0,1000}?)<\/h1>/m;
const closingMarks = /[ \t]+#+[ \t]*$/;
const headingAttributes = /[ \t]*\{[#.:][^{}]*\}[ \t]*$/;
const tag = /<\/?[a-z][^<>]*>/gi;
const link = /!?\[([^\]]*)\](?:\((?:[^()]|\([^()]*\))*\)|\[[^\]]*\])/g;
/** An escaped character, or marks of code and emphasis. */
const inlineMark =
  /\\([!-/:-@[-`{-~])|`+|\*+(?!\s)|(?<!\s)\*+|(?<![\p{L}\p{N}_])_+(?=[^\s_])|(?<=[^\s_])_+(?![\p{L}\p{N}_])/gu;
const entities = new Map([
  ['&amp;', '&'],
  ['&lt;', '<'],
  ['&gt;', '>'],
  ['&quot;', '"'],
  ['&nbsp;', ' '],
]);
const searchedCharacters = 100_000;

/** The title of a Markdown document: that of its front matter, else its first heading; null without either. */
export function markdownTitle(text: string): string | null {
  const start = text.slice(0, searchedCharacters).replace(/\r\n?/g, '\n');
  const matter = (yamlMatter.exec(start) ?? tomlMatter.exec(start))?.[0] ?? '';
  return frontMatterTitle(start) || firstHeading(start.slice(matter.length)) || null;
}

/** Empty if there is none. */
function frontMatterTitle(start: string): string {
  const fields = yamlMatter.exec(start)?.[1];
  return fields === undefined ? readTomlTitle(tomlMatter.exec(start)?.[1] ?? '') : readYamlTitle(fields);
}

function readTomlTitle(fields: string): string {
  const [, doubleQuoted, singleQuoted = ''] = tomlTitle.exec(fields) ?? [];
  return (doubleQuoted?.replace(/\\(["\\])/g, '$1') ?? singleQuoted).trim();
}

function readYamlTitle(fields: string): string {
  try {
    const parsed: unknown = parse(fields, { logLevel: 'silent' });
    const { title, Title } = Object(parsed) as { title?: unknown; Title?: unknown };
    const declared = title ?? Title;
    return typeof declared === 'string' || typeof declared === 'number' ? String(declared).trim() : '';
  } catch {
    return '';
  }
}

/** Empty if there is none. */
function firstHeading(text: string): string {
  const [, marked, underlined, element] = heading.exec(text.replace(notShown, '')) ?? [];
  if (element !== undefined) return toPlainText(element.replace(tag, ' '));
  return toPlainText(marked?.replace(headingAttributes, '').replace(closingMarks, '') ?? underlined ?? '');
}

function toPlainText(inline: string): string {
  return inline
    .replace(link, '$1')
    .replace(inlineMark, '$1')
    .replace(/&[a-z]{2,4};/g, (entity) => entities.get(entity) ?? entity)
    .replace(/\s+/g, ' ')
    .trim();
}
