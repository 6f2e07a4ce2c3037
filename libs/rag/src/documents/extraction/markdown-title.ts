import { splitIntoSections } from '../chunking/split-into-sections.js';

const frontMatter = /^---[ \t]*\r?\n([^]*?)\r?\n---[ \t]*(?:\r?\n|$)/;
const frontMatterTitle = /^title:[ \t]*(["']?)(.+?)\1[ \t]*\r?$/m;
const underlinedTitle = /^\s*(\S.*)\n=+[ \t]*(?:\n|$)/;
const link = /!?\[([^\]]*)\]\([^)]*\)/g;
const emphasis = /[*`]+/g;
const searchedCharacters = 100_000;

/** The title of a Markdown document: that of its front matter, else its first heading; null without either. */
export function markdownTitle(text: string): string | null {
  const start = text.slice(0, searchedCharacters);
  const [matter = '', fields = ''] = frontMatter.exec(start) ?? [];
  const declared = frontMatterTitle.exec(fields)?.[2];
  const body = start.slice(matter.length).replace(/\r\n?/g, '\n');
  const title = declared ?? underlinedTitle.exec(body)?.[1] ?? firstHeading(body);
  return title?.replace(link, '$1').replace(emphasis, '').trim() || null;
}

function firstHeading(text: string): string | undefined {
  for (const { headings } of splitIntoSections(text)) if (headings.length > 0) return headings[0];
  return undefined;
}
