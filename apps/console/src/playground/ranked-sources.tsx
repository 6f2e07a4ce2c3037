import { Anchor, Paper, Stack, Text, VisuallyHidden } from '@mantine/core';
import { Link } from 'react-router';
import type { Schema } from '../api/operations.js';
import { formatRatio } from '../numbers/format.js';
import { type RankedChunk, compareRanks, describeMove } from './rank-comparison.js';
import { playgroundTexts } from './playground.texts.js';

type Source = Schema<'QuerySource'>;
const rowHeight = 76;
const gap = 48;
const titleHeight = 28;

function middleOf(rank: number): number {
  return titleHeight + (rank - 0.5) * rowHeight;
}

interface RankedSourcesProps {
  readonly before: readonly Source[];
  readonly after: readonly Source[];
  /** How many of each list reach the prompt; without it all do. */
  readonly cuts?: readonly [number, number];
}

/** Two ranked lists of sources, with a line between the same chunk on both sides. */
export function RankedSources({ before, after, cuts }: RankedSourcesProps) {
  const moves = compareRanks(
    before.map(({ chunk_id: id }) => id),
    after.map(({ chunk_id: id }) => id),
  );
  const height = Math.max(before.length, after.length) * rowHeight;
  return (
    <div style={{ display: 'grid', gridTemplateColumns: `minmax(0, 1fr) ${gap}px minmax(0, 1fr)` }}>
      <SourceList title={playgroundTexts.sources.today} sources={before} moves={moves} cut={cuts?.[0]} />
      <svg width={gap} height={height + titleHeight} aria-hidden>
        {moves.map((move) => (
          <RankLine key={move.chunkId} move={move} />
        ))}
      </svg>
      <SourceList title={playgroundTexts.sources.proposed} sources={after} moves={moves} cut={cuts?.[1]} />
    </div>
  );
}

function RankLine({ move: { before, after } }: { move: RankedChunk }) {
  if (before === null || after === null) return null;
  return (
    <line
      x1="0"
      x2={gap}
      y1={middleOf(before)}
      y2={middleOf(after)}
      stroke={before === after ? 'var(--mantine-color-dimmed)' : 'var(--mantine-primary-color-filled)'}
      strokeWidth="2"
    />
  );
}

/** A ranked list of chunks. Those after the cut do not reach the prompt. */
export function SourceList({
  title,
  sources,
  moves = [],
  cut = sources.length,
}: {
  title: string;
  sources: readonly Source[];
  moves?: readonly RankedChunk[];
  cut?: number | undefined;
}) {
  return (
    <div>
      <Text size="sm" fw={600} h={titleHeight}>
        {title}
      </Text>
      {sources.length === 0 && <Text size="sm">{playgroundTexts.sources.none}</Text>}
      <Stack gap={0} component="ol" m={0} p={0} style={{ listStyle: 'none' }}>
        {sources.map((source, index) => (
          <SourceRow
            key={source.chunk_id}
            rank={index + 1}
            source={source}
            move={moves.find(({ chunkId }) => chunkId === source.chunk_id)}
            isLeftOut={index >= cut}
          />
        ))}
      </Stack>
    </div>
  );
}

interface SourceRowProps {
  readonly rank: number;
  readonly source: Source;
  readonly move: RankedChunk | undefined;
  readonly isLeftOut: boolean;
}

function SourceRow({ rank, source, move, isLeftOut }: SourceRowProps) {
  const path = `../documents/${encodeURIComponent(source.doc_id)}`;
  return (
    <Paper
      component="li"
      withBorder
      h={rowHeight - 6}
      mb={6}
      px="xs"
      py={4}
      // Relative, so that the text for screen readers at the end of a long title is cut off with it.
      style={{ overflow: 'hidden', position: 'relative', borderStyle: isLeftOut ? 'dashed' : 'solid' }}
    >
      <Text size="sm" truncate className="numbers">
        {rank}.{' '}
        <Anchor component={Link} to={path} inherit underline="always">
          {source.title}
        </Anchor>{' '}
        {formatRatio(source.score)}
        {isLeftOut && playgroundTexts.sources.leftOut}
        {move && <VisuallyHidden>, {describeMove(move)}</VisuallyHidden>}
      </Text>
      <Text size="xs" c="dimmed" lineClamp={2} title={source.snippet}>
        {source.snippet}
      </Text>
    </Paper>
  );
}
