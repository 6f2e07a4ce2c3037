import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

export interface CollectionDocument {
  readonly id: string;
  readonly title: string;
  readonly text: string;
}

export interface CollectionQuery {
  /** Position in the file, from 1; the judgements refer to it. */
  readonly number: number;
  readonly question: string;
  /** Document id → gain. Only documents with a gain above 0 count as relevant; the file has gains of 0 (not relevant), 1 and 3. */
  readonly gains: ReadonlyMap<string, number>;
}

export interface Collection {
  readonly documents: readonly CollectionDocument[];
  readonly queries: readonly CollectionQuery[];
}

/**
 * Reads a collection of three files with any names: documents (`<doc>` with `<docno>`, `<title>`, `<text>`), queries
 * (`<top>` with `<title>`), and judgements in the TREC format, which number the queries by position. Documents without a
 * text are left out.
 */
export function readCollection(folder: string): Collection {
  const files = readdirSync(folder).map((file) => readFileSync(join(folder, file), 'utf8'));
  const documents = extractBlocks(findFileContaining(files, /<doc>/), 'doc').map((block) => ({
    id: extractElement(block, 'docno'),
    title: extractElement(block, 'title').replace(/\s+/g, ' '),
    text: extractElement(block, 'text'),
  }));
  const judgements = parseJudgements(findFileContaining(files, /^\s*\d+\s+\S+\s+\S+\s+-?\d+\s*$/m));
  const queries = extractBlocks(findFileContaining(files, /<top>/), 'top').map((block, index) => ({
    number: index + 1,
    question: extractElement(block, 'title'),
    gains: judgements.get(index + 1) ?? new Map<string, number>(),
  }));
  return { documents: documents.filter(({ text }) => text !== ''), queries };
}

function findFileContaining(files: readonly string[], pattern: RegExp): string {
  const matchingFile = files.find((file) => pattern.test(file.slice(0, 10_000)));
  if (matchingFile === undefined) throw new Error(`No file in the folder contains ${pattern.source}.`);
  return matchingFile;
}

function extractBlocks(xml: string, name: string): string[] {
  return [...xml.matchAll(new RegExp(`<${name}>([^]*?)</${name}>`, 'g'))].map(([, block]) => block!);
}

const entities: Readonly<Record<string, string>> = {
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&apos;': "'",
  '&amp;': '&',
};

/** A document must not have them; CACM has some. */
const controlCharacters = /[\p{Cc}--[\t\n\r]]/gv;

function extractElement(block: string, name: string): string {
  const content = extractBlocks(block, name)[0] ?? '';
  return content
    .replace(/&(?:lt|gt|quot|apos|amp);/g, (entity) => entities[entity]!)
    .replace(controlCharacters, ' ')
    .trim();
}

/** Lines of `query 0 document gain`. */
function parseJudgements(lines: string): Map<number, Map<string, number>> {
  const judgements = new Map<number, Map<string, number>>();
  for (const line of lines.split('\n').filter((text) => text.trim() !== '')) {
    const [query, , id, gain] = line.trim().split(/\s+/);
    const gains = judgements.get(Number(query)) ?? new Map<string, number>();
    if (Number(gain) > 0) gains.set(id!, Number(gain));
    judgements.set(Number(query), gains);
  }
  return judgements;
}
