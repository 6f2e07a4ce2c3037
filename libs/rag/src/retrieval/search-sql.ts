/**
 * Okapi BM25. `b` is the usual value; `k1` was chosen from the usual range, 1.2 to 2, on the odd-numbered Cranfield queries.
 * `ceiling` is the upper bound of a score: every word of the question occurs infinitely often.
 */
const bm25 = { k1: 2, b: 0.75 } as const;

const saturated = `frequency * ${bm25.k1 + 1} / (frequency + ${bm25.k1} * (1 - ${bm25.b} + ${bm25.b} * length / average))`;

/** Replaces NUL and lone surrogates, which Postgres does not accept. */
export function toSearchableText(question: string): string {
  return question.toWellFormed().replaceAll('\0', ' ');
}

const question = `question AS MATERIALIZED (
  SELECT lexeme COLLATE "C" AS lexeme FROM unnest(to_tsvector('english', $1))
), corpus AS MATERIALIZED (
  SELECT chunks::float8 AS chunks, greatest(terms, 1)::float8 / greatest(chunks, 1) AS average FROM corpora
)`;

/** Inverse document frequency of a lexeme in the tenant's chunks. */
const weight = (having: string) => `ln(1 + (corpus.chunks - ${having} + 0.5) / (${having} + 0.5))::float8`;

const ceiling = `ceiling AS MATERIALIZED (
  SELECT sum(weight ORDER BY lexeme) * ${bm25.k1 + 1} AS ceiling FROM weights
)`;

const score = `sum(weight * ${saturated} ORDER BY lexeme) / min(ceiling)`;

/** BM25 score of every chunk that has a word of the question. */
const sparseSide = `${question}, hits AS MATERIALIZED (
  SELECT lexeme, document_number, position, frequency, length FROM question JOIN postings USING (lexeme)
), weights AS MATERIALIZED (
  SELECT lexeme, ${weight('count(hits.position)')} AS weight
  FROM question LEFT JOIN hits USING (lexeme) CROSS JOIN corpus
  GROUP BY lexeme, corpus.chunks
), ${ceiling}, sparse AS MATERIALIZED (
  SELECT document_number, position, ${score} AS score
  FROM hits JOIN weights USING (lexeme) CROSS JOIN corpus CROSS JOIN ceiling
  GROUP BY document_number, position
)`;

/**
 * Changes with every change of the tenant's chunks, because each updates the corpus row in the same transaction. null if Postgres has
 * the `vector` extension: it sums in another order, so scores in this process would differ in the last bits.
 */
const corpusVersion = `(SELECT concat_ws(':', xmin, chunks, terms, last_number) FROM corpora WHERE to_regtype('vector') IS NULL)`;

/**
 * Both sides of a search in one statement: $1 question, $2 its vector or null, $3 the vector's embedder, $4 depth.
 * Row-level security restricts it to one tenant. Sums follow the order of the lexemes, so that equal chunks have exactly equal scores.
 */
export const searchSql = `
WITH ${sparseSide}, dense AS MATERIALIZED (
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
SELECT corpus.chunks, ${corpusVersion} AS corpus_version,
  (SELECT count(*)::int FROM dense) AS compared,
  (SELECT coalesce(json_agg(candidates), '[]') FROM candidates) AS candidates
FROM corpus`;

/**
 * The keyword side alone, when this process has compared the vectors: $1 question, $2 depth, $3 and $4 document numbers and positions
 * of the chunks that the vectors proposed.
 */
export const sparseSearchSql = `
WITH ${sparseSide}, picked AS (
  (SELECT document_number, position FROM sparse ORDER BY score DESC, document_number, position LIMIT $2)
  UNION
  (SELECT * FROM unnest($3::int[], $4::int[]))
), candidates AS (
  SELECT document_number, position, coalesce(sparse.score, 0) AS sparse FROM picked LEFT JOIN sparse USING (document_number, position)
)
SELECT corpus.chunks, ${corpusVersion} AS corpus_version, (SELECT coalesce(json_agg(candidates), '[]') FROM candidates) AS candidates
FROM corpus`;

/** A page of $5 vectors of embedder $1 with $2 dimensions, after document number $3 and position $4. */
export const vectorPageSql = `
SELECT document_number, position, array_send(embedding) AS vector_bytes, ${corpusVersion} AS corpus_version
FROM chunks
WHERE embedder = $1 AND cardinality(embedding) = $2 AND (document_number, position) > ($3::int, $4::int)
ORDER BY document_number, position LIMIT $5`;

/** The same weights, counted by an index scan that reads no chunks. */
const countedWeights = `weights AS MATERIALIZED (
  SELECT lexeme, ${weight('counted.having')} AS weight
  FROM question CROSS JOIN corpus
  CROSS JOIN LATERAL (SELECT count(*) AS having FROM postings WHERE postings.lexeme = question.lexeme) AS counted
)`;

/**
 * Input for the query to an external store: the lexemes of the question $1 with their weights, the number of chunks, and how many
 * of them have a vector with the label $2.
 */
export const questionLexemesSql = `
WITH ${question}, ${countedWeights}
SELECT corpus.chunks,
  CASE WHEN (SELECT min(embedder) FROM chunks) = $2 AND (SELECT max(embedder) FROM chunks) = $2 THEN corpus.chunks
    ELSE (SELECT count(*)::int FROM chunks WHERE embedder = $2) END AS compared,
  (SELECT coalesce(json_agg(weights ORDER BY lexeme), '[]') FROM weights) AS lexemes
FROM corpus`;

/**
 * Scores the candidates of an external store: question $1, external keys $2, positions $3, cosines $4. Candidates without a row are
 * dropped. Keyword scores are computed exactly as in `searchSql`.
 */
export const candidateScoresSql = `
WITH ${question}, ${countedWeights}, ${ceiling}, given AS MATERIALIZED (
  SELECT document_number, position, dense
  FROM unnest($2::text[], $3::int[], $4::float8[]) AS named (external_key, position, dense)
  JOIN chunks USING (external_key, position)
), sparse AS MATERIALIZED (
  SELECT document_number, position, ${score} AS score
  FROM given JOIN postings USING (document_number, position) JOIN weights USING (lexeme) CROSS JOIN corpus CROSS JOIN ceiling
  GROUP BY document_number, position
)
SELECT document_number, position, coalesce(score, 0) AS sparse, dense
FROM given LEFT JOIN sparse USING (document_number, position)`;

/** For each text of $1: position, lexeme, and the part of its BM25 score that does not depend on the question. */
export const chunkLexemesSql = `
WITH given AS MATERIALIZED (
  SELECT ordinal, to_tsvector('english', text) AS words FROM unnest($1::text[]) WITH ORDINALITY AS texts (text, ordinal)
), lengths AS MATERIALIZED (
  SELECT ordinal, sum(cardinality(positions)) AS length FROM given CROSS JOIN unnest(words) GROUP BY ordinal
), corpus AS MATERIALIZED (
  SELECT greatest(coalesce(sum(terms), 0) + (SELECT sum(length) FROM lengths), 1)::float8
    / greatest(coalesce(sum(chunks), 0) + (SELECT count(*) FROM given), 1) AS average FROM corpora
)
SELECT ordinal::int AS position, lexeme,
  (${saturated.replaceAll('frequency', 'cardinality(positions)')})::float8 AS value
FROM given JOIN lengths USING (ordinal) CROSS JOIN unnest(words) CROSS JOIN corpus`;
