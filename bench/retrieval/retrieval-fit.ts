import { type Calibration, Embedder, likelihood } from '../../libs/rag/src/embedding/embedder.js';
import { type Candidate, VectorStore } from '../../libs/rag/src/retrieval/vector-store.js';
import type { CollectionQuery } from './retrieval-collection.js';
import type { BenchProduct } from './retrieval-product.js';

interface Observation {
  readonly evidence: number;
  readonly isRelevant: boolean;
}

const depth = 100;
const steps = 50;

/** Fits the calibration of both sides on the judgements of these queries: logistic regression of relevance on evidence. */
export async function fitCalibration(
  product: BenchProduct,
  tenantId: string,
  queries: readonly CollectionQuery[],
): Promise<{ sparse: Calibration; dense: Calibration }> {
  const sparse: Observation[] = [];
  const dense: Observation[] = [];
  for (const { question, gains } of queries) {
    for (const { docId, candidate } of await candidatesFor(product, tenantId, question)) {
      const isRelevant = gains.has(docId);
      sparse.push({ evidence: candidate.sparse, isRelevant });
      dense.push({ evidence: candidate.dense!, isRelevant });
    }
  }
  return { sparse: fitLogistic(sparse), dense: fitLogistic(dense) };
}

async function candidatesFor(
  { app }: BenchProduct,
  tenantId: string,
  question: string,
): Promise<{ docId: string; candidate: Candidate }[]> {
  const [store, embedder] = [app.get(VectorStore), app.get(Embedder)];
  const [vector = null] = await embedder.embed([question]);
  const label = store.embedderLabel(embedder.id);
  const { candidates } = await store.search({
    tenantId,
    question,
    language: 'auto',
    vector,
    embedder: label,
    depth,
  });
  const texts = await store.read(tenantId, candidates);
  return texts.map(({ doc_id: docId }, index) => ({ docId, candidate: candidates[index]! }));
}

/** Maximum likelihood by Newton's method, which needs no step size for two parameters. */
function fitLogistic(observations: readonly Observation[]): Calibration {
  let calibration: Calibration = { intercept: 0, slope: 0 };
  for (let step = 0; step < steps; step += 1) calibration = newtonStep(calibration, observations);
  return calibration;
}

function newtonStep(calibration: Calibration, observations: readonly Observation[]): Calibration {
  const gradient = { one: 0, x: 0 };
  const hessian = { one: 0, x: 0, xx: 0 };
  for (const { evidence, isRelevant } of observations) {
    const expected = likelihood(calibration, evidence);
    const residual = Number(isRelevant) - expected;
    const weight = expected * (1 - expected);
    gradient.one += residual;
    gradient.x += residual * evidence;
    hessian.one += weight;
    hessian.x += weight * evidence;
    hessian.xx += weight * evidence ** 2;
  }
  const determinant = hessian.one * hessian.xx - hessian.x ** 2;
  return {
    intercept: calibration.intercept + (hessian.xx * gradient.one - hessian.x * gradient.x) / determinant,
    slope: calibration.slope + (hessian.one * gradient.x - hessian.x * gradient.one) / determinant,
  };
}
