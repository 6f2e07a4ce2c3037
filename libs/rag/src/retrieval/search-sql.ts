/**
 * Okapi BM25. `b` is customary; `k1`, from the customary 1.2 to 2, was chosen on the odd-numbered Cranfield queries.
 * `ceiling` is what a chunk would reach in which every word of the question occurs without end.
 */
const bm25 = { k1: 2, b: 0.75 } as const;

const saturated = `frequency * ${bm25.k1 + 1} / (frequency + ${bm25.k1} * (1 - ${bm25.b} + ${bm25.b} * length / average))`;

/**
 * Both sides of a search in one statement: $1 question, $2 its vector or null, $3 the vector's embedder, $4 depth.
 * Row-level security keeps to one tenant. Sums are taken in the order of the lexemes, so that equal chunks score exactly alike.
 */
export const searchSql = `
WITH question AS MATERIALIZED (
  SELECT lexeme COLLATE "C" AS lexeme FROM unnest(to_tsvector('english', $1))
), corpus AS MATERIALIZED (
  SELECT chunks::float8 AS chunks, greatest(terms, 1)::float8 / greatest(chunks, 1) AS average FROM corpora
), hits AS MATERIALIZED (
  SELECT lexeme, document_number, position, frequency, length FROM question JOIN postings USING (lexeme)
), weights AS MATERIALIZED (
  SELECT lexeme, ln(1 + (corpus.chunks - count(hits.position) + 0.5) / (count(hits.position) + 0.5))::float8 AS weight
  FROM question LEFT JOIN hits USING (lexeme) CROSS JOIN corpus
  GROUP BY lexeme, corpus.chunks
), ceiling AS MATERIALIZED (
  SELECT sum(weight ORDER BY lexeme) * ${bm25.k1 + 1} AS ceiling FROM weights
), sparse AS MATERIALIZED (
  SELECT document_number, position, sum(weight * ${saturated} ORDER BY lexeme) / min(ceiling) AS score
  FROM hits JOIN weights USING (lexeme) CROSS JOIN corpus CROSS JOIN ceiling
  GROUP BY document_number, position
), dense AS MATERIALIZED (
  SELECT document_number, position, attune_similarity(embedding, $2::real[]) AS score
  FROM chunks WHERE embedder = $3 AND cardinality(embedding) = cardinality($2::real[])
), picked AS (
  (SELECT document_number, position FROM sparse ORDER BY score DESC, document_number, position LIMIT $4)
  UNION
  (SELECT document_number, position FROM dense ORDER BY score DESC, document_number, position LIMIT $4)
), candidates AS (
  SELECT document_number, position, coalesce(sparse.score, 0) AS sparse, dense.score AS dense
  FROM picked LEFT JOIN sparse USING (document_number, position) LEFT JOIN dense USING (document_number, position)
)
SELECT corpus.chunks,
  (SELECT count(*)::int FROM dense) AS compared,
  (SELECT coalesce(json_agg(candidates), '[]') FROM candidates) AS candidates
FROM corpus`;
