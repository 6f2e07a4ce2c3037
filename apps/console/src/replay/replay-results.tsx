import { Badge, Button, Group, Paper, Progress, SimpleGrid, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { notifyDone } from '../act/notify.js';
import type { Schema } from '../api/operations.js';
import { type Column, RowsTable } from '../lists/paged-table.js';
import { formatRatio, formatUsd } from '../numbers/format.js';
import { WordDiff } from '../word-diff/word-diff.js';
import { useTenantQuery } from '../scope/use-tenant-query.js';
import { useTenantWrite } from '../scope/use-tenant-write.js';
import { Loaded } from '../states/states.js';
import { useOpenId } from '../url-state/use-open-id.js';
import { type AnswerState, answerStateOf, byChange, overlapOf } from './answer-change.js';
import { replayTexts } from './replay.texts.js';
import { words } from '../words/words.texts.js';

type Replay = Schema<'ReplayResponse'>;
type Replayed = Schema<'ReplayedQuestionResponse'>;

const path = '/v1/config/replays/{id}';
const pollMs = 1_500;

/** How far a replay is, and the matrix of its questions. */
export function ReplayResults({ id }: { id: string }) {
  const [isEnded, setEnded] = useState(false);
  const query = useTenantQuery(path, { params: { id }, refetchIntervalMs: isEnded ? false : pollMs });
  if (!isEnded && query.data && isOver(query.data)) setEnded(true);
  return (
    <Loaded query={query}>
      {(replay) => (
        <Stack>
          <Progression replay={replay} />
          <Sums sums={replay.sums} />
          <Matrix items={byChange(replay.items)} />
        </Stack>
      )}
    </Loaded>
  );
}

const isOver = ({ state }: Replay): boolean => state !== 'queued' && state !== 'running';

function Progression({ replay }: { replay: Replay }) {
  const { id, done, total, state, error } = replay;
  const write = useTenantWrite();
  const cancel = async (): Promise<void> => {
    const { request } = await write('post', `${path}/cancel`, { params: { id } }, [path]);
    notifyDone({ message: replayTexts.cancelled, request });
  };
  return (
    <Group gap="sm">
      <Progress w={160} value={total === 0 ? 100 : (100 * done) / total} aria-label={replayTexts.asked} />
      <Text size="sm" role="status" className="numbers">
        {replayTexts.progress(done, total, state)}
        {error !== null && `. ${error}`}
      </Text>
      {!isOver(replay) && (
        <Button size="xs" variant="default" onClick={() => void cancel()}>
          {words.cancel}
        </Button>
      )}
    </Group>
  );
}

const ratioText = (ratio: number | null): string => (ratio === null ? '–' : `× ${formatRatio(ratio)}`);

function Sums({ sums }: { sums: Replay['sums'] }) {
  const facts = [
    [replayTexts.results.answersChanged, String(sums.answers_changed)],
    [replayTexts.results.sources, `${sums.sources_kept}, ${sums.sources_gained}, ${sums.sources_lost}`],
    [
      words.cost,
      `${formatUsd(sums.cost_usd_before)} → ${formatUsd(sums.cost_usd_after)} (${ratioText(sums.cost_ratio)})`,
    ],
    [replayTexts.results.latency, ratioText(sums.latency_ratio)],
  ] as const;
  return (
    <SimpleGrid cols={{ base: 1, xs: 2, md: 4 }}>
      {facts.map(([label, value]) => (
        <Paper key={label} withBorder p="md">
          <Text size="sm">{label}</Text>
          <Text fw={600} className="numbers">
            {value}
          </Text>
        </Paper>
      ))}
    </SimpleGrid>
  );
}

function Matrix({ items }: { items: readonly Replayed[] }) {
  const [opened, setOpened] = useOpenId('answers');
  if (items.length === 0) return <Text size="sm">{replayTexts.nothing}</Text>;
  const item = items.find(({ question }) => question === opened);
  return (
    <>
      <RowsTable
        label={replayTexts.results.title}
        rows={items}
        rowKey={({ question }) => question}
        columns={columnsWith(opened, (question) => setOpened(question === opened ? '' : question))}
      />
      {item && <Answers item={item} />}
    </>
  );
}

const colours: Readonly<Record<AnswerState, string>> = { missing: 'red', changed: 'orange', same: 'gray' };

function columnsWith(opened: string, onOpen: (question: string) => void): readonly Column<Replayed>[] {
  return [
    { title: words.question, cell: ({ question }) => question },
    {
      title: words.answer,
      cell: (item) => <Badge color={colours[answerStateOf(item)]}>{answerStateOf(item)}</Badge>,
    },
    {
      title: replayTexts.results.sourcesInBoth,
      cell: (item) => `${Math.round(100 * overlapOf(item))} %`,
      isNumber: true,
    },
    { title: words.cost, cell: ({ cost_ratio: ratio }) => ratioText(ratio), isNumber: true },
    {
      title: replayTexts.results.latency,
      cell: ({ latency_ratio: ratio }) => ratioText(ratio),
      isNumber: true,
    },
    {
      title: words.answers,
      cell: ({ question }) => (
        <Button
          size="compact-xs"
          variant="default"
          aria-expanded={question === opened}
          aria-label={
            question === opened ? replayTexts.results.hideOf(question) : replayTexts.results.showOf(question)
          }
          onClick={() => onOpen(question)}
        >
          {question === opened ? replayTexts.results.hide : replayTexts.results.show}{' '}
        </Button>
      ),
    },
  ];
}

/** Both answers beside each other, with the words that differ. */
function Answers({ item }: { item: Replayed }) {
  const { question, answer_before: before, answer_after: after, error } = item;
  const sides = [
    [words.today, 'before', before],
    [replayTexts.results.underDraft, 'after', after],
  ] as const;
  return (
    <Paper withBorder p="md" component="section" aria-label={question}>
      <Text size="sm" fw={600} mb="xs">
        {question}
      </Text>
      <SimpleGrid cols={{ base: 1, md: 2 }}>
        {sides.map(([title, side, answer]) => (
          <article key={side} aria-label={title}>
            <Text size="sm" c="dimmed">
              {title}
            </Text>
            <Text size="sm" component="div" style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
              {answer === null ? (
                (error ?? replayTexts.results.noAnswer)
              ) : (
                <WordDiff from={before ?? ''} to={after ?? ''} side={side} />
              )}
            </Text>
          </article>
        ))}
      </SimpleGrid>
      <Text size="sm" mt="sm">
        {replayTexts.results.gainedAndLost(item.sources_gained, item.sources_lost)}
      </Text>
    </Paper>
  );
}
