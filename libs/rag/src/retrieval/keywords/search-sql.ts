import { bm25 } from './bm25.js';

/** Replaces NUL and lone surrogates, which Postgres does not accept. */
export function toSearchableText(question: string): string {
  return question.toWellFormed().replaceAll('\0', ' ');
}

/**
 * $1 the question's lexemes as they are stored, $2 for each the number of its term, $3 the version of the analyser that made them. There
 * is no corpus, and no result, if another version made the tenant's lexemes.
 */
const questionAndCorpus = `question AS MATERIALIZED (
  SELECT lexeme COLLATE "C" AS lexeme, term FROM unnest($1::text[], $2::int[]) AS given (lexeme, term)
), corpus AS MATERIALIZED (
  SELECT chunks, CASE WHEN analyser = 0 THEN terms ELSE length END AS length FROM corpora WHERE analyser = $3
)`;

/** How often each term of the question occurs in each chunk, and how many chunks have it. */
const occurrences = `hits AS MATERIALIZED (
  SELECT term, document_number, position, sum(frequency)::int AS frequency, min(length) AS length, count(*) AS lexemes
  FROM question JOIN postings USING (lexeme) GROUP BY term, document_number, position
), counted AS MATERIALIZED (
  SELECT term, sum(lexemes)::int AS chunks_with FROM hits GROUP BY term
)`;

/**
 * Ranks the chunks with a word of the question by BM25, to choose candidates; their scores are computed by `scoreChunk`. Sums follow the
 * order of the terms, so that equal chunks have exactly equal ranks.
 */
const rankingOf = (from: string): string => `weights AS MATERIALIZED (
  SELECT term, ln((1 + (chunks - least(chunks_with, chunks) + 0.5) / (least(chunks_with, chunks) + 0.5))::float8) AS weight,
    greatest(corpus.length, 1)::float8 / greatest(chunks, 1) AS average
  FROM counted CROSS JOIN corpus
), sparse AS MATERIALIZED (
  SELECT document_number, position,
    sum(weight * (frequency * ${bm25.k1 + 1} / (frequency + ${bm25.k1} * (1 - ${bm25.b} + ${bm25.b} * length / average))) ORDER BY term) AS rank
  FROM ${from} JOIN weights USING (term)
  GROUP BY document_number, position
)`;

/** The documents that match the filter $7. Types count, as JSON compares them. */
const eligible = `eligible AS MATERIALIZED (
  SELECT number AS document_number FROM documents WHERE NOT EXISTS (
    SELECT FROM jsonb_each($7::jsonb) AS wanted (field, choices)
    WHERE NOT choices @> coalesce(metadata -> field, 'null')
  )
)`;

const totals = `corpus.chunks::int AS chunks, corpus.length::float8 AS length,
  (SELECT coalesce(json_agg(counted), '[]') FROM counted) AS counted`;

/** What `scoreChunk` needs of each picked chunk. */
const frequencies = `min(length) AS length, coalesce(array_agg(term) FILTER (WHERE term IS NOT NULL), '{}') AS terms,
  coalesce(array_agg(frequency) FILTER (WHERE term IS NOT NULL), '{}') AS frequencies`;

/** Greater than the rounding error of the `vector` extension for vectors of length 1. */
const similarityMargin = 0.0005;
const hasComparableVector = 'embedder = $5 AND cardinality(embedding) = cardinality($4::real[])';

/**
 * Both sides of a search in one statement: $1 to $3 as above, $4 the question's vector or null, $5 the vector's embedder, $6 depth.
 * Row-level security restricts it to one tenant. The `vector` extension only proposes the nearest vectors, by its approximate
 * similarity; the exact one decides. Without the extension the similarity is exact.
 */
export const searchSql = searchSqlOf({ head: '', hits: 'hits', chunks: 'chunks', compared: 'compared' });

/** The same among the documents that match the filter $7. What is counted is counted over all of the tenant's chunks. */
export const filteredSearchSql = searchSqlOf({
  head: `${eligible}, `,
  hits: 'hits JOIN eligible USING (document_number)',
  chunks: 'chunks JOIN eligible USING (document_number)',
  compared: `chunks WHERE ${hasComparableVector}`,
});

/** @param parts `head`: further subqueries; `hits`, `chunks`: what is searched; `compared`: what is counted. */
function searchSqlOf(parts: Readonly<Record<'head' | 'hits' | 'chunks' | 'compared', string>>): string {
  return `
WITH ${parts.head}${questionAndCorpus}, ${occurrences}, ${rankingOf(parts.hits)}, compared AS MATERIALIZED (
  SELECT document_number, position, attune_similarity(embedding, $4::real[]) AS similarity
  FROM ${parts.chunks} WHERE ${hasComparableVector}
), best_words AS MATERIALIZED (
  SELECT document_number, position FROM sparse ORDER BY rank DESC, document_number, position LIMIT $6
), best_vectors AS MATERIALIZED (
  SELECT similarity FROM compared ORDER BY similarity DESC LIMIT $6
), dense AS MATERIALIZED (
  SELECT document_number, position,
    CASE WHEN to_regtype('vector') IS NULL THEN similarity ELSE attune_exact_similarity(embedding, $4::real[]) END AS score
  FROM compared LEFT JOIN best_words USING (document_number, position) JOIN chunks USING (document_number, position)
  WHERE best_words IS NOT NULL OR similarity >= (SELECT min(similarity) - ${similarityMargin} FROM best_vectors)
), picked AS (
  (SELECT document_number, position FROM best_words)
  UNION
  (SELECT document_number, position FROM dense ORDER BY score DESC, document_number, position LIMIT $6)
), candidates AS (
  SELECT document_number, position, min(dense.score) AS dense, ${frequencies}
  FROM picked LEFT JOIN dense USING (document_number, position) LEFT JOIN hits USING (document_number, position)
  GROUP BY document_number, position
)
SELECT ${totals}, (SELECT count(*)::int FROM ${parts.compared}) AS compared,
  (SELECT coalesce(json_agg(candidates), '[]') FROM candidates) AS candidates
FROM corpus`;
}

/** An index scan that reads no chunks. */
const countedLexemes = `counted AS MATERIALIZED (
  SELECT term, sum(chunks_with)::int AS chunks_with FROM question CROSS JOIN LATERAL (
    SELECT count(*) AS chunks_with FROM postings WHERE postings.lexeme = question.lexeme
  ) AS lexemes GROUP BY term
)`;

/**
 * Input for the query to an external store: the statistics of the question's terms ($1 to $3 as above), and how many of the tenant's
 * chunks have a vector with the label $4.
 */
export const questionStatisticsSql = `
WITH ${questionAndCorpus}, ${countedLexemes}
SELECT ${totals},
  CASE WHEN (SELECT min(embedder) FROM chunks) = $4 AND (SELECT max(embedder) FROM chunks) = $4 THEN corpus.chunks
    ELSE (SELECT count(*) FROM chunks WHERE embedder = $4) END::int AS compared
FROM corpus`;

/**
 * Finds the candidates of an external store and what scores them: $1 to $3 as above, external keys $4, positions $5, cosines $6.
 * Candidates without a row are dropped.
 */
export const candidateSql = candidateSqlOf('', '');

/** The same, without those of documents that do not match the filter $7. */
export const filteredCandidateSql = candidateSqlOf(`${eligible}, `, 'JOIN eligible USING (document_number)');

function candidateSqlOf(head: string, restriction: string): string {
  return `
WITH ${head}${questionAndCorpus}, ${countedLexemes}, given AS MATERIALIZED (
  SELECT document_number, position, dense
  FROM unnest($4::text[], $5::int[], $6::float8[]) AS named (external_key, position, dense)
  JOIN chunks USING (external_key, position) ${restriction}
), hits AS MATERIALIZED (
  SELECT term, document_number, position, sum(frequency)::int AS frequency, min(length) AS length
  FROM given JOIN postings USING (document_number, position) JOIN question USING (lexeme)
  GROUP BY term, document_number, position
), candidates AS (
  SELECT document_number, position, min(dense) AS dense, ${frequencies}
  FROM given LEFT JOIN hits USING (document_number, position) GROUP BY document_number, position
)
SELECT ${totals}, (SELECT coalesce(json_agg(candidates), '[]') FROM candidates) AS candidates FROM corpus`;
}
