import { Paper, Text, Title } from '@mantine/core';
import { type AlphaRanks, alphaRanksOf, alphas } from './alpha-ranks.js';
import { retrievalTexts } from './retrieval.texts.js';
import type { FoundChunk } from './use-chunk-search.js';

const width = 640;
const rowHeight = 18;
const margin = 12;
const maxPlaces = 12;

interface AlphaPathsProps {
  readonly chunks: readonly FoundChunk[];
  readonly alpha: number;
  readonly topK: number;
}

/** Where each chunk would be from alpha 0 to 1, as lines; the table below says the same for the alpha that is set. */
export function AlphaPaths({ chunks, alpha, topK }: AlphaPathsProps) {
  const isKnown = chunks.some(({ scores }) => scores.dense !== null);
  const places = Math.min(maxPlaces, Math.max(topK + 2, 5));
  const lines = isKnown ? alphaRanksOf(chunks, places) : [];
  return (
    <Paper withBorder p="md" component="section" aria-label={retrievalTexts.paths}>
      <Title order={2} size="h5">
        {retrievalTexts.paths}
      </Title>
      <Text size="sm" c="dimmed" mb="xs">
        {isKnown ? retrievalTexts.pathsAbout(alpha) : retrievalTexts.noDense}
      </Text>
      {isKnown && <Chart lines={lines} alpha={alpha} topK={topK} places={places} />}
    </Paper>
  );
}

interface ChartProps {
  readonly lines: readonly AlphaRanks[];
  readonly alpha: number;
  readonly topK: number;
  readonly places: number;
}

const xOf = (alpha: number): number => margin + alpha * (width - 2 * margin);
const yOf = (rank: number): number => margin + (rank - 0.5) * rowHeight;

function Chart({ lines, alpha, topK, places }: ChartProps) {
  const height = 2 * margin + (places + 1) * rowHeight;
  const cut = yOf(topK + 0.5);
  return (
    <svg viewBox={`0 0 ${width} ${height}`} width="100%" aria-hidden style={{ display: 'block' }}>
      {lines.map(({ chunkId, ranks }) => (
        <polyline
          key={chunkId}
          points={alphas
            .map((each, index) => `${xOf(each)},${yOf(Math.min(ranks[index]!, places + 1))}`)
            .join(' ')}
          fill="none"
          strokeWidth="2"
          stroke={
            isInPrompt(ranks, alpha, topK)
              ? 'var(--mantine-primary-color-filled)'
              : 'var(--mantine-color-gray-5)'
          }
        />
      ))}
      {topK < places && (
        <line
          x1={margin}
          x2={width - margin}
          y1={cut}
          y2={cut}
          stroke="var(--mantine-color-red-6)"
          strokeDasharray="6 4"
        />
      )}
      <line
        x1={xOf(alpha)}
        x2={xOf(alpha)}
        y1={0}
        y2={height}
        stroke="var(--mantine-color-text)"
        strokeDasharray="2 3"
      />
    </svg>
  );
}

function isInPrompt(ranks: readonly number[], alpha: number, topK: number): boolean {
  return ranks[Math.round(alpha * (alphas.length - 1))]! <= topK;
}
