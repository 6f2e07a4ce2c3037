import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface CollectionDocument {
  readonly id: string;
  readonly title: string;
  readonly text: string;
}

export interface CollectionQuery {
  /** From 1: its place in the file, which is what the judgements go by. */
  readonly number: number;
  readonly question: string;
  /** Document id → gain. Only documents with a gain above 0 count as relevant; the file has gains of 0 (not relevant), 1 and 3. */
  readonly gains: ReadonlyMap<string, number>;
}

export interface Collection {
  readonly documents: readonly CollectionDocument[];
  readonly queries: readonly CollectionQuery[];
}

/** The Cranfield collection as its three files have it. Documents without a text (two) are left out. */
export function readCollection(folder: string): Collection {
  const read = (file: string): string => readFileSync(join(folder, file), 'utf8');
  const documents = blocksOf(read('cran.all.1400.xml'), 'doc').map((block) => ({
    id: element(block, 'docno'),
    title: element(block, 'title').replace(/\s+/g, ' '),
    text: element(block, 'text'),
  }));
  const judgements = judgementsIn(read('cranqrel.trec.txt'));
  const queries = blocksOf(read('cran.qry.xml'), 'top').map((block, index) => ({
    number: index + 1,
    question: element(block, 'title'),
    gains: judgements.get(index + 1) ?? new Map<string, number>(),
  }));
  return { documents: documents.filter(({ text }) => text !== ''), queries };
}

function blocksOf(xml: string, name: string): string[] {
  return [...xml.matchAll(new RegExp(`<${name}>([^]*?)</${name}>`, 'g'))].map(([, block]) => block!);
}

const entities: Readonly<Record<string, string>> = {
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&apos;': "'",
  '&amp;': '&',
};

function element(block: string, name: string): string {
  const content = blocksOf(block, name)[0] ?? '';
  return content.replace(/&(?:lt|gt|quot|apos|amp);/g, (entity) => entities[entity]!).trim();
}

/** Lines of `query 0 document gain`. */
function judgementsIn(lines: string): Map<number, Map<string, number>> {
  const judgements = new Map<number, Map<string, number>>();
  for (const line of lines.split('\n').filter((one) => one.trim() !== '')) {
    const [query, , id, gain] = line.trim().split(/\s+/);
    const gains = judgements.get(Number(query)) ?? new Map<string, number>();
    if (Number(gain) > 0) gains.set(id!, Number(gain));
    judgements.set(Number(query), gains);
  }
  return judgements;
}
