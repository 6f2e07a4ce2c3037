import { Anchor, Stack, Text } from '@mantine/core';
import { Link } from 'react-router';
import { type Column, RowsTable } from '../lists/paged-table.js';
import { formatMs, formatRatio } from '../numbers/format.js';
import { RankedSources, SourceList } from '../playground/ranked-sources.js';
import { dropTexts, retrievalTexts } from './retrieval.texts.js';
import type { Comparison, FoundChunk } from './use-chunk-search.js';

const maxListed = 20;
/** Chunks after the cut that are listed, too. */
const afterCut = 5;
const maxSnippet = 200;

/** What was found: both lists with lines between the same chunks, and the scores of each chunk. */
export function FoundChunks({ today, tried }: Comparison) {
  const shown = tried ?? today;
  const cuts = [cutOf(today.chunks), cutOf(shown.chunks)] as const;
  const listed = Math.min(maxListed, Math.max(...cuts) + afterCut);
  return (
    <Stack>
      {tried === null ? (
        <SourceList title={retrievalTexts.chunks} sources={toSources(today.chunks, listed)} cut={cuts[0]} />
      ) : (
        <RankedSources
          before={toSources(today.chunks, listed)}
          after={toSources(tried.chunks, listed)}
          cuts={cuts}
        />
      )}
      <Text size="sm" role="status" className="numbers">
        {retrievalTexts.kept(cuts[1])};{' '}
        {retrievalTexts.timings(formatMs(shown.timings_ms.retrieve), formatMs(shown.timings_ms.rerank))}{' '}
        {shown.degraded.map(({ stage, reason }) => ` ${retrievalTexts.degraded(stage, reason)}`)}
      </Text>
      <RowsTable
        label={retrievalTexts.scores.title}
        columns={columns}
        rows={shown.chunks.slice(0, listed).map((chunk, index) => ({ ...chunk, rank: index + 1 }))}
        rowKey={({ chunk_id: id }) => id}
      />
    </Stack>
  );
}

const cutOf = (chunks: readonly FoundChunk[]): number =>
  chunks.filter(({ dropped_by: by }) => by === null).length;

function toSources(chunks: readonly FoundChunk[], listed: number) {
  return chunks.slice(0, listed).map(({ chunk_id, doc_id, title, text, scores }) => ({
    chunk_id,
    doc_id,
    title,
    snippet: text.slice(0, maxSnippet),
    score: scores.rerank ?? scores.fused,
  }));
}

const scoreText = (score: number | null): string => (score === null ? '–' : formatRatio(score));

const columns: readonly Column<FoundChunk & { readonly rank: number }>[] = [
  { title: retrievalTexts.scores.place, cell: ({ rank }) => rank, isNumber: true },
  {
    title: retrievalTexts.scores.chunk,
    cell: ({ doc_id: id, chunk_id: chunk }) => (
      <Anchor component={Link} to={`../documents/${encodeURIComponent(id)}`} size="sm">
        {chunk}
      </Anchor>
    ),
  },
  { title: retrievalTexts.scores.meaning, cell: ({ scores }) => scoreText(scores.dense), isNumber: true },
  { title: retrievalTexts.scores.keywords, cell: ({ scores }) => scoreText(scores.sparse), isNumber: true },
  { title: retrievalTexts.scores.mixed, cell: ({ scores }) => scoreText(scores.fused), isNumber: true },
  { title: retrievalTexts.scores.reranker, cell: ({ scores }) => scoreText(scores.rerank), isNumber: true },
  {
    title: retrievalTexts.scores.prompt,
    cell: ({ dropped_by: by }) => (by === null ? retrievalTexts.scores.isKept : dropTexts[by]),
  },
];
