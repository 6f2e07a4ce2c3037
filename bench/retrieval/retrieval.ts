import type { RetrievalResult, RetrievedChunk } from '#rag';
import { type Collection, type CollectionQuery, readCollection } from './retrieval-collection.js';
import { fitCalibration } from './retrieval-fit.js';
import { mean, ndcg, recall } from './retrieval-measures.js';
import { BenchProduct } from './retrieval-product.js';
import { FakePineconeServer } from '../../libs/rag/testing/retrieval/fake-pinecone-server.js';

export interface RetrievalOptions {
  /** Folder with the files of the collection. */
  readonly data: string;
  /** Number of other tenants loaded for the second run. */
  readonly tenants: number;
  /** Compares with a second product, whose vectors are in a local Pinecone. */
  readonly stores: boolean;
  /** Prints the calibration constants fitted on the odd-numbered queries. */
  readonly fit: boolean;
}

interface QuestionResult {
  readonly query: CollectionQuery;
  readonly retrieval: RetrievalResult;
}

/** One measurement: an alpha, with or without the reranker. */
interface RetrievalRun {
  readonly name: string;
  readonly alpha: number;
  readonly isReranked: boolean;
}

const plainRuns = [0, 0.25, 0.5, 0.75, 1].map((alpha): RetrievalRun => ({
  name: `${alpha}`,
  alpha,
  isReranked: false,
}));
const rerankedRuns = [0, 0.5].map((alpha): RetrievalRun => ({
  name: `${alpha} + rerank`,
  alpha,
  isReranked: true,
}));
/** Dimensions of the local embedder. */
const localDimension = 512;
const documentsOfOthers = 10;
const subsets: [name: string, contains: (query: CollectionQuery) => boolean][] = [
  ['all', () => true],
  ['even', ({ number }) => number % 2 === 0],
  ['odd', ({ number }) => number % 2 === 1],
];

/**
 * Measures retrieval quality: nDCG@10 and recall@20 on a collection by alpha, with and without the reranker; a document
 * ranks by its best chunk. Checks that scores of a tenant do not change when other tenants store documents, and, on request,
 * that another vector store gives the same ranking. The product's constants were tuned on the odd-numbered Cranfield queries.
 */
export async function measureRetrieval(options: RetrievalOptions): Promise<void> {
  const collection = readCollection(options.data);
  const product = await BenchProduct.start();
  try {
    const tenantId = await ingest(product, collection);
    const alone = await retrieveAll(product, tenantId, collection.queries, [...plainRuns, ...rerankedRuns]);
    print(alone);
    if (options.fit) await printFit(product, tenantId, collection.queries);
    if (options.stores) await compareStores(alone, collection);
    await loadOthers(product, collection, options.tenants);
    const amongOthers = await retrieveAll(product, tenantId, collection.queries, plainRuns);
    compareRankings(alone, amongOthers, `with 0 and with ${options.tenants} other tenants`);
  } finally {
    await product.stop();
  }
}

async function compareStores(localResults: ResultsByRun, collection: Collection): Promise<void> {
  const pinecone = await FakePineconeServer.start(localDimension);
  const keys = { PINECONE_API_KEY: pinecone.apiKey, PINECONE_HOST: pinecone.host };
  const product = await BenchProduct.start({ VECTOR_STORE: 'pinecone', ...keys });
  try {
    const tenantId = await ingest(product, collection);
    const pineconeResults = await retrieveAll(product, tenantId, collection.queries, plainRuns);
    compareRankings(localResults, pineconeResults, 'in the default store and in Pinecone');
  } finally {
    await product.stop();
    await pinecone.stop();
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

type ResultsByRun = ReadonlyMap<string, readonly QuestionResult[]>;

async function retrieveAll(
  product: BenchProduct,
  tenantId: string,
  queries: readonly CollectionQuery[],
  runs: readonly RetrievalRun[],
): Promise<ResultsByRun> {
  const byRun = new Map<string, QuestionResult[]>();
  for (const { name, alpha, isReranked } of runs) {
    const startedAt = performance.now();
    const results: QuestionResult[] = [];
    for (const query of queries) {
      const retrieval = isReranked
        ? await product.retrieveReranked(tenantId, query.question, alpha)
        : await product.retrieve(tenantId, query.question, alpha);
      results.push({ query, retrieval });
    }
    byRun.set(name, results);
    console.error(
      `  alpha ${name}: ${((performance.now() - startedAt) / queries.length).toFixed(1)} ms per question`,
    );
  }
  return byRun;
}

function print(byRun: ResultsByRun): void {
  const names = subsets.map(([subset]) => subset.padStart(8)).join('');
  console.log(`\n                nDCG@10                   recall@20\nalpha        ${names}  ${names}`);
  for (const [name, results] of byRun) {
    const line = (measure: (result: QuestionResult) => number): string =>
      subsets
        .map(([, contains]) => mean(results.filter(({ query }) => contains(query)).map(measure)))
        .map((value) => value.toFixed(4).padStart(8))
        .join('');
    const ndcgs = line(({ query, retrieval }) => ndcg(rankingOf(retrieval), query.gains, 10));
    const recalls = line(({ query, retrieval }) => recall(rankingOf(retrieval), query.gains, 20));
    console.log(`${name.padEnd(13)}${ndcgs}  ${recalls}`);
  }
}

/** Documents, ranked by their best chunk. */
function rankingOf({ chunks }: RetrievalResult): string[] {
  return [...new Set(chunks.map((chunk) => chunk.doc_id))];
}

async function printFit(
  product: BenchProduct,
  tenantId: string,
  queries: readonly CollectionQuery[],
): Promise<void> {
  const odd = queries.filter(({ number }) => number % 2 === 1);
  console.log('\nfitted on the odd-numbered queries:', await fitCalibration(product, tenantId, odd));
}

async function loadOthers(product: BenchProduct, { documents }: Collection, tenants: number): Promise<void> {
  for (let index = 0; index < tenants; index += 1) {
    const from = (index * documentsOfOthers) % documents.length;
    await product.addDocuments(await product.addTenant(), documents.slice(from, from + documentsOfOthers));
    if ((index + 1) % 10 === 0) console.error(`  ${index + 1} other tenants loaded`);
  }
}

/** Scores of different stores differ in the last digits; chunks with almost equal scores may swap places. */
const scoreTolerance = 1e-5;

/** @throws Error if the scores at a rank differ. */
function compareRankings(one: ResultsByRun, other: ResultsByRun, how: string): void {
  const pairs = [...other].flatMap(([name, results]) =>
    results.map((result, index) => ({ name, result, before: one.get(name)![index]!.retrieval.chunks })),
  );
  let [compared, swapped] = [0, 0];
  for (const { name, result, before } of pairs) {
    const { chunks } = result.retrieval;
    const differing = chunks.findIndex((chunk, rank) => !hasSameScore(chunk, before[rank]));
    if (differing >= 0)
      throw new Error(
        `Query ${result.query.number} at alpha ${name} has another score at rank ${differing + 1}.`,
      );
    compared += chunks.length;
    swapped += chunks.filter((chunk, rank) => chunk.chunk_id !== before[rank]!.chunk_id).length;
  }
  console.log(
    `\n${compared} ranks ${how}: scores equal within ${scoreTolerance}, ${swapped} ranks with another chunk of that score`,
  );
}

function hasSameScore(chunk: RetrievedChunk, before: RetrievedChunk | undefined): boolean {
  return before !== undefined && Math.abs(chunk.score - before.score) <= scoreTolerance;
}
