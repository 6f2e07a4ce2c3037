import { Group, Paper, SegmentedControl, Stack, Table, Text } from '@mantine/core';
import { useState } from 'react';
import type { Schema } from '../api/operations.js';
import { DateText, UtcDay } from '../dates/date-text.js';
import { formatCount, formatUsd } from '../numbers/format.js';
import { useTenantQuery } from '../scope/use-tenant-query.js';
import { Screen } from '../states/screen.js';
import { EmptyState, Loaded } from '../states/states.js';
import { searchChoice, useSearchState } from '../url-state/use-search-state.js';
import { BudgetBar } from './budget-bar.js';
import { DayBars } from './day-bars.js';
import { type UsageDay, type UsageSums, lastUtcDays, sumByModel, sumUsage } from './usage-sums.js';
import { usageTexts } from './usage.texts.js';
import { fillIn } from '../words/fill-in.js';
import { words } from '../words/words.texts.js';

const shape = {
  measure: searchChoice(['queries', 'cost_usd', 'tokens']),
  days: searchChoice(['30', '7', '90', '365']),
};

export function UsagePage() {
  const [{ measure, days }, set] = useSearchState(shape);
  const [openedAt] = useState(() => new Date());
  const usage = useTenantQuery('/v1/usage', { query: lastUtcDays(Number(days), openedAt) });
  return (
    <Screen title={usageTexts.title} about={usageTexts.about}>
      <Group>
        <SegmentedControl
          aria-label={usageTexts.measure}
          value={measure}
          onChange={(value) => set({ measure: value as typeof measure }, { replace: true })}
          data={Object.entries(usageTexts.measures).map(([value, label]) => ({ value, label }))}
        />
        <SegmentedControl
          aria-label={usageTexts.period}
          value={days}
          onChange={(value) => set({ days: value as typeof days }, { replace: true })}
          data={['7', '30', '90', '365'].map((value) => ({ value, label: usageTexts.dayCount(value) }))}
        />
      </Group>
      <Loaded query={usage}>
        {(data) => (
          <Stack>
            <Limits usage={data} />
            {data.days.some(({ queries }) => queries > 0) ? (
              <>
                <Paper withBorder p="md">
                  <DayBars days={data.days} measure={measure} />
                </Paper>
                <ModelTable days={data.days} />
                <DaysTable days={data.days} />
              </>
            ) : (
              <EmptyState title={usageTexts.none}>{usageTexts.noneAbout}</EmptyState>
            )}
          </Stack>
        )}
      </Loaded>
    </Screen>
  );
}

function Limits({ usage: { quota, budget } }: { usage: Schema<'UsageResponse'> }) {
  return (
    <Paper withBorder p="md">
      <Stack gap="sm">
        <Text size="sm" className="numbers">
          {fillIn(usageTexts.quota(formatCount(quota.used), formatCount(quota.limit)), {
            date: <DateText at={quota.resets_at} />,
          })}
        </Text>
        <BudgetBar budget={budget} />
      </Stack>
    </Paper>
  );
}

function ModelTable({ days }: { days: readonly UsageDay[] }) {
  const total = sumUsage(days);
  return (
    <Figures
      caption={usageTexts.byModel}
      first={words.model}
      rows={sumByModel(days).map(({ model, sums }) => ({ name: usageTexts.model(model), sums }))}
      total={total}
    />
  );
}

function DaysTable({ days }: { days: readonly UsageDay[] }) {
  const rows = days
    .filter(({ queries }) => queries > 0)
    .map((day) => ({ name: day.date, sums: day }))
    .toReversed();
  return <Figures caption={usageTexts.byDay} first={usageTexts.day} isByDay rows={rows} />;
}

interface FiguresProps {
  readonly caption: string;
  /** The heading of the first column. */ readonly first: string;
  readonly isByDay?: boolean;
  readonly rows: readonly { name: string; sums: UsageSums }[];
  readonly total?: UsageSums;
}

function Figures({ caption, first, isByDay = false, rows, total }: FiguresProps) {
  return (
    <Table.ScrollContainer minWidth={480} scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}>
      <Table captionSide="top">
        <Table.Caption ta="left">{caption}</Table.Caption>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{first}</Table.Th>
            {[words.queries, words.promptTokens, words.answerTokens, words.cost].map((name) => (
              <Table.Th key={name} ta="right">
                {name}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map(({ name, sums }) => (
            <FigureRow key={name} name={isByDay ? <UtcDay day={name} /> : name} sums={sums} />
          ))}
          {total && <FigureRow name={usageTexts.all} sums={total} isTotal />}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function FigureRow({
  name,
  sums,
  isTotal = false,
}: {
  name: React.ReactNode;
  sums: UsageSums;
  isTotal?: boolean;
}) {
  return (
    <Table.Tr fw={isTotal ? 600 : undefined} {...(isTotal && { 'data-total': true })}>
      <Table.Th scope="row">{name}</Table.Th>
      <Table.Td ta="right">{formatCount(sums.queries)}</Table.Td>
      <Table.Td ta="right">{formatCount(sums.prompt_tokens)}</Table.Td>
      <Table.Td ta="right">{formatCount(sums.completion_tokens)}</Table.Td>
      <Table.Td ta="right">{formatUsd(sums.cost_usd)}</Table.Td>
    </Table.Tr>
  );
}
