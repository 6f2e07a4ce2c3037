import { splitIntoSections } from '../chunking/split-into-sections.js';

const frontMatter = /^---[ \t]*\n([^]*?)\n---[ \t]*(?:\n|$)/;
const frontMatterTitle = /^title:[ \t]*(["']?)(.+?)\1[ \t]*$/m;
const underlinedTitle = /^\s*(\S.*)\n=+[ \t]*(?:\n|$)/;
const link = /!?\[([^\]]*)\]\([^)]*\)/g;
const emphasis = /[*`]+/g;
const searchedCharacters = 100_000;

/** The title of a Markdown document: that of its front matter, else its first heading; null without either. */
export function markdownTitle(text: string): string | null {
  const start = text.slice(0, searchedCharacters).replace(/\r\n?/g, '\n');
  const [matter, fields] = frontMatter.exec(start) ?? ['', ''];
  const title = frontMatterTitle.exec(fields ?? '')?.[2] ?? firstHeading(start.slice(matter.length));
  return title.replace(link, '$1').replace(emphasis, '').trim() || null;
}

/** Empty if there is none. */
function firstHeading(text: string): string {
  const underlined = underlinedTitle.exec(text)?.[1];
  if (underlined !== undefined) return underlined;
  for (const { headings } of splitIntoSections(text)) if (headings.length > 0) return headings[0]!;
  return '';
}
