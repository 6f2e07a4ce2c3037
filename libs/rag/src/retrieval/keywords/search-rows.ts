import { type WeightedQuestion, scoreChunk, weighQuestion } from './bm25.js';
import type { Candidate, ChunkKey } from '../vector-store.js';

/** Statistics of a question's terms in the tenant's chunks. */
export interface TotalsRow {
  readonly chunks: number;
  readonly length: number;
  /** Terms that occur, and how many chunks have them. */
  readonly counted: readonly { readonly term: number; readonly chunks_with: number }[];
}

/** A candidate as a statement returns it. */
export interface CandidateRow extends ChunkKey {
  /** Missing where no vectors were compared. */
  readonly dense?: number | null;
  /** null without a word of the question. */
  readonly length: number | null;
  readonly terms: readonly number[];
  readonly frequencies: readonly number[];
}

/** Weighs a question of this many terms. */
export function weighRow({ chunks, length, counted }: TotalsRow, terms: number): WeightedQuestion {
  const having = Array.from({ length: terms }, () => 0);
  for (const { term, chunks_with: count } of counted) having[term] = count;
  return weighQuestion(having, { chunks, length });
}

/** The candidates with their keyword scores. */
export function toCandidates(rows: readonly CandidateRow[], question: WeightedQuestion): Candidate[] {
  return rows.map(({ document_number, position, dense = null, length, terms, frequencies }) => {
    const byTerm = new Float64Array(question.weights.length);
    for (const [index, term] of terms.entries()) byTerm[term] = frequencies[index]!;
    return { document_number, position, dense, sparse: scoreChunk(question, byTerm, length ?? 0) };
  });
}
