import { Paper, SimpleGrid, Stack, Table, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Schema } from '../api/operations.js';
import { formatCount, formatMs, formatUsd } from '../numbers/format.js';
import { playgroundTexts } from './playground.texts.js';
import { RankedSources, SourceList } from './ranked-sources.js';
import { WordDiff } from '../word-diff/word-diff.js';
import { words } from '../words/words.texts.js';

type Run = Schema<'PlaygroundRun'>;

/** The answer under the proposal, beside that under today's settings where it was asked. */
export function RunResult({ result }: { result: Schema<'PlaygroundResponse'> }) {
  const { baseline } = result;
  return (
    <Stack component="section" aria-label={words.answers}>
      {baseline?.status === 'failed' && <Text size="sm">{playgroundTexts.baselineFailed}</Text>}
      {baseline?.status === 'success' ? (
        <Comparison today={baseline} proposed={result} />
      ) : (
        <>
          <Answer title={baseline ? playgroundTexts.results.proposed : words.answer}>{result.answer}</Answer>
          <Figures runs={[result]} />
          <SourceList title={playgroundTexts.sources.title} sources={result.sources} />
        </>
      )}
    </Stack>
  );
}

function Comparison({ today, proposed }: { today: Run; proposed: Run }) {
  const [before, after] = [today.answer ?? '', proposed.answer ?? ''];
  return (
    <>
      <SimpleGrid cols={{ base: 1, md: 2 }}>
        <Answer title={words.today}>
          <WordDiff from={before} to={after} side="before" />
        </Answer>
        <Answer title={playgroundTexts.results.proposed}>
          <WordDiff from={before} to={after} side="after" />
        </Answer>
      </SimpleGrid>
      <Figures runs={[today, proposed]} />
      <RankedSources before={today.sources} after={proposed.sources} />
    </>
  );
}

function Answer({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Paper withBorder p="md" component="article" aria-label={title}>
      <Title order={2} size="h5" mb="xs">
        {title}
      </Title>
      <Text size="sm" component="div" style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
        {children}
      </Text>
    </Paper>
  );
}

const figures: readonly { name: string; of: (run: Run) => string }[] = [
  {
    name: words.model,
    of: ({ model_used: model, sandbox: isSandbox }) =>
      isSandbox ? playgroundTexts.sandbox(model ?? '') : (model ?? playgroundTexts.results.noModel),
  },
  { name: words.cost, of: ({ usage }) => (usage ? formatUsd(usage.cost_usd) : '') },
  { name: words.promptTokens, of: ({ usage }) => (usage ? formatCount(usage.prompt_tokens) : '') },
  { name: words.answerTokens, of: ({ usage }) => (usage ? formatCount(usage.completion_tokens) : '') },
  {
    name: playgroundTexts.results.retrieval,
    of: ({ timings_ms: times }) => (times ? formatMs(times.retrieve) : ''),
  },
  {
    name: playgroundTexts.results.reranking,
    of: ({ timings_ms: times }) => (times ? formatMs(times.rerank) : ''),
  },
  {
    name: playgroundTexts.results.modelTime,
    of: ({ timings_ms: times }) => (times ? formatMs(times.generate) : ''),
  },
  {
    name: playgroundTexts.results.applied,
    of: ({ config_applied: applied }) =>
      applied
        ? `temperature ${applied.temperature}, top_k ${applied.top_k}, alpha ${applied.alpha}, ${playgroundTexts.results.reranked(applied.rerank ? applied.rerank_top_n : null)}, max_tokens ${applied.max_tokens}`
        : '',
  },
  {
    name: playgroundTexts.results.degraded,
    of: ({ degraded }) =>
      degraded.map(({ stage, reason }) => `${stage}: ${reason}`).join('; ') ||
      playgroundTexts.results.notDegraded,
  },
];

function Figures({ runs }: { runs: readonly Run[] }) {
  return (
    <div
      role="region"
      aria-label={playgroundTexts.results.figures}
      tabIndex={0}
      style={{ overflowX: 'auto' }}
    >
      <Table aria-label={playgroundTexts.results.figures}>
        {runs.length > 1 && (
          <Table.Thead>
            <Table.Tr>
              <Table.Th scope="col">{playgroundTexts.results.figure}</Table.Th>
              <Table.Th scope="col">{words.today}</Table.Th>
              <Table.Th scope="col">{playgroundTexts.results.proposed}</Table.Th>
            </Table.Tr>
          </Table.Thead>
        )}
        <Table.Tbody>
          {figures.map(({ name, of }) => (
            <Table.Tr key={name}>
              <Table.Th scope="row">{name}</Table.Th>
              {runs.map((run, index) => (
                <Table.Td key={index}>{of(run)}</Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}
