import { Group, Progress, Stack, Text } from '@mantine/core';
import type { Schema } from '../api/operations.js';
import { DateText } from '../dates/date-text.js';
import { formatUsd } from '../numbers/format.js';
import { usageTexts } from './usage.texts.js';
import { fillIn } from '../words/fill-in.js';

/** The month's budget: what is spent, and apart from it what is reserved for queries that still run. */
export function BudgetBar({ budget }: { budget: Schema<'BudgetUsage'> }) {
  const { limit_usd: limit, spent_usd: spent, reserved_usd: reserved } = budget;
  const percent = (usd: number): number =>
    typeof limit === 'number' && limit > 0 ? Math.min(100, (usd / limit) * 100) : 0;
  return (
    <Stack gap={6}>
      {typeof limit === 'number' && (
        <Progress.Root size="lg">
          <Progress.Section
            value={percent(spent)}
            aria-label={usageTexts.budget.spentOf(formatUsd(spent), formatUsd(limit))}
          />
          <Progress.Section
            value={percent(reserved)}
            color="orange"
            aria-label={usageTexts.budget.reservedOf(formatUsd(reserved), formatUsd(limit))}
          />
        </Progress.Root>
      )}
      <Group gap="md" className="numbers">
        <Text size="sm">{usageTexts.budget.spent(formatUsd(spent))}</Text>
        <Text size="sm">{usageTexts.budget.reserved(formatUsd(reserved))}</Text>
        {typeof limit === 'number' && <Text size="sm">{usageTexts.budget.ofMonth(formatUsd(limit))}</Text>}
        <Text size="sm" c="dimmed">
          {fillIn(typeof limit === 'number' ? usageTexts.budget.startsAgain : usageTexts.unlimited, {
            date: <DateText at={budget.resets_at} />,
          })}
        </Text>
      </Group>
    </Stack>
  );
}
