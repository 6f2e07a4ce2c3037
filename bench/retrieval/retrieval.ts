import type { Retrieval } from '#rag';
import { type Collection, type CollectionQuery, readCollection } from './retrieval-collection.js';
import { fit } from './retrieval-fit.js';
import { mean, ndcg, recall } from './retrieval-measures.js';
import { BenchProduct } from './retrieval-product.js';

export interface RetrievalOptions {
  /** Folder of the Cranfield files. */
  readonly data: string;
  /** How many other tenants are loaded for the second run. */
  readonly tenants: number;
  /** Prints the calibration constants that the odd-numbered queries give. */
  readonly fit: boolean;
}

interface Answer {
  readonly query: CollectionQuery;
  readonly retrieval: Retrieval;
}

const alphas = [0, 0.25, 0.5, 0.75, 1];
const documentsOfOthers = 10;
const subsets: [name: string, holds: (query: CollectionQuery) => boolean][] = [
  ['all', () => true],
  ['even', ({ number }) => number % 2 === 0],
  ['odd', ({ number }) => number % 2 === 1],
];

/**
 * How well the product finds: nDCG@10 and recall@20 on the Cranfield collection by alpha, a document ranked by its best chunk; and
 * whether a tenant's scores change when others store documents. Whatever is tuned was tuned on the odd-numbered queries.
 */
export async function measureRetrieval(options: RetrievalOptions): Promise<void> {
  const collection = readCollection(options.data);
  const product = await BenchProduct.start();
  try {
    const tenantId = await ingest(product, collection);
    const alone = await answers(product, tenantId, collection.queries);
    print(alone);
    if (options.fit) await printFit(product, tenantId, collection.queries);
    await loadOthers(product, collection, options.tenants);
    const amongOthers = await answers(product, tenantId, collection.queries);
    compare(alone, amongOthers, options.tenants);
  } finally {
    await product.stop();
  }
}

async function ingest(product: BenchProduct, { documents }: Collection): Promise<string> {
  const startedAt = Date.now();
  const tenantId = await product.addTenant();
  await product.addDocuments(tenantId, documents, (added) => {
    if (added % 100 > 0 && added < documents.length) return;
    const seconds = Math.round((Date.now() - startedAt) / 1000);
    console.error(`  ${added} of ${documents.length} documents added, ${seconds} s`);
  });
  return tenantId;
}

type AnswersByAlpha = ReadonlyMap<number, readonly Answer[]>;

async function answers(
  product: BenchProduct,
  tenantId: string,
  queries: readonly CollectionQuery[],
): Promise<AnswersByAlpha> {
  const byAlpha = new Map<number, Answer[]>();
  for (const alpha of alphas) {
    const startedAt = performance.now();
    const answered: Answer[] = [];
    for (const query of queries) {
      answered.push({ query, retrieval: await product.retrieve(tenantId, query.question, alpha) });
    }
    byAlpha.set(alpha, answered);
    console.error(
      `  alpha ${alpha}: ${((performance.now() - startedAt) / queries.length).toFixed(1)} ms a question`,
    );
  }
  return byAlpha;
}

function print(byAlpha: AnswersByAlpha): void {
  const names = subsets.map(([name]) => name.padStart(8)).join('');
  console.log(`\n           nDCG@10                   recall@20\nalpha   ${names}  ${names}`);
  for (const [alpha, answered] of byAlpha) {
    const line = (measure: (answer: Answer) => number): string =>
      subsets
        .map(([, holds]) => mean(answered.filter(({ query }) => holds(query)).map(measure)))
        .map((value) => value.toFixed(4).padStart(8))
        .join('');
    const ndcgs = line(({ query, retrieval }) => ndcg(rankingOf(retrieval), query.gains, 10));
    const recalls = line(({ query, retrieval }) => recall(rankingOf(retrieval), query.gains, 20));
    console.log(`${String(alpha).padEnd(8)}${ndcgs}  ${recalls}`);
  }
}

/** Documents by their best chunk. */
function rankingOf({ chunks }: Retrieval): string[] {
  return [...new Set(chunks.map((chunk) => chunk.doc_id))];
}

async function printFit(
  product: BenchProduct,
  tenantId: string,
  queries: readonly CollectionQuery[],
): Promise<void> {
  const odd = queries.filter(({ number }) => number % 2 === 1);
  console.log('\nfitted on the odd-numbered queries:', await fit(product, tenantId, odd));
}

async function loadOthers(product: BenchProduct, { documents }: Collection, tenants: number): Promise<void> {
  for (let index = 0; index < tenants; index += 1) {
    const from = (index * documentsOfOthers) % documents.length;
    await product.addDocuments(await product.addTenant(), documents.slice(from, from + documentsOfOthers));
    if ((index + 1) % 10 === 0) console.error(`  ${index + 1} other tenants loaded`);
  }
}

/** @throws Error when a chunk or a score, to six digits, differs. */
function compare(alone: AnswersByAlpha, amongOthers: AnswersByAlpha, tenants: number): void {
  let compared = 0;
  for (const [alpha, answered] of alone) {
    for (const [index, { query, retrieval }] of answered.entries()) {
      const now = shown(amongOthers.get(alpha)![index]!.retrieval);
      if (shown(retrieval) !== now)
        throw new Error(`Query ${query.number} at alpha ${alpha} changed:\n${shown(retrieval)}\n${now}`);
      compared += retrieval.chunks.length;
    }
  }
  console.log(
    `\n${compared} chunks and scores (six digits) with 0 and with ${tenants} other tenants: identical`,
  );
}

function shown({ chunks }: Retrieval): string {
  return chunks.map(({ chunk_id: id, score }) => `${id} ${score.toFixed(6)}`).join('\n');
}
