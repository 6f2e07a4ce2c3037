import { Group, Stack, Table, Text, VisuallyHidden } from '@mantine/core';
import { useMemo } from 'react';
import { formatCount, formatUsd } from '../numbers/format.js';
import { type Measure, type UsageDay, measureOf, partsOf, sumByModel, sumUsage } from './usage-sums.js';
import { usageTexts } from './usage.texts.js';

const colours = ['indigo', 'teal', 'orange', 'grape', 'cyan', 'pink', 'lime'].map(
  (name) => `var(--mantine-color-${name}-6)`,
);
const height = 160;

function formatMeasure(value: number, measure: Measure): string {
  return measure === 'cost_usd' ? formatUsd(value) : formatCount(value);
}

/** A bar for each UTC day, divided by model. Screen readers get the same as a table. */
export function DayBars({ days, measure }: { days: readonly UsageDay[]; measure: Measure }) {
  const models = useMemo(() => sumByModel(days).map(({ model }) => model), [days]);
  const highest = Math.max(...days.map((day) => measureOf(day, measure)), 0);
  const total = measureOf(sumUsage(days), measure);
  const label = usageTexts.days.summary({
    measure,
    days: days.length,
    total: formatMeasure(total, measure),
    highest: formatMeasure(highest, measure),
  });
  return (
    <Stack gap={4} component="figure" m={0}>
      <Text size="xs" c="dimmed" className="numbers" aria-hidden>
        {formatMeasure(highest, measure)}
      </Text>
      <svg
        viewBox={`0 0 ${days.length * 10} ${height}`}
        preserveAspectRatio="none"
        width="100%"
        height={height}
        role="img"
        aria-label={label}
      >
        <line x1="0" x2={days.length * 10} y1={height} y2={height} stroke="var(--mantine-color-dimmed)" />
        {days.map((day, index) => (
          <Bar key={day.date} x={index * 10 + 1} scale={{ day, measure, models, highest }} />
        ))}
      </svg>
      <Group justify="space-between" aria-hidden>
        <Text size="xs" c="dimmed">
          {days[0]?.date}
        </Text>
        <Text size="xs" c="dimmed">
          {usageTexts.days.utc(days.at(-1)?.date ?? '')}
        </Text>
      </Group>
      <Legend models={models} />
      <DayTable days={days} measure={measure} />
    </Stack>
  );
}

interface BarScale {
  readonly day: UsageDay;
  readonly measure: Measure;
  readonly models: readonly string[];
  readonly highest: number;
}

function Bar({ x, scale: { day, measure, models, highest } }: { x: number; scale: BarScale }) {
  const parts = partsOf(day);
  const heights = models.map((model) => {
    const part = parts[model];
    return part && highest > 0 ? (measureOf(part, measure) / highest) * height : 0;
  });
  return (
    <g>
      <title>{`${usageTexts.days.utc(day.date)}: ${formatMeasure(measureOf(day, measure), measure)}`}</title>
      <rect x={x} y={0} width={8} height={height} fill="transparent" />
      {models.map((model, index) => {
        const below = heights.slice(0, index).reduce((sum, part) => sum + part, 0);
        const own = heights[index] ?? 0;
        return (
          own > 0 && (
            <rect
              key={model}
              x={x}
              y={height - below - own}
              width={8}
              height={own}
              fill={colours[index % colours.length]}
            />
          )
        );
      })}
    </g>
  );
}

function Legend({ models }: { models: readonly string[] }) {
  return (
    <Group gap="md" component="figcaption">
      {models.map((model, index) => (
        <Group key={model} gap={6} wrap="nowrap">
          <svg width="10" height="10" aria-hidden>
            <rect width="10" height="10" rx="2" fill={colours[index % colours.length]} />
          </svg>
          <Text size="xs">{usageTexts.model(model)}</Text>
        </Group>
      ))}
    </Group>
  );
}

function DayTable({ days, measure }: { days: readonly UsageDay[]; measure: Measure }) {
  return (
    <VisuallyHidden>
      <Table>
        <caption>{usageTexts.days.caption(measure)}</caption>
        <tbody>
          {days.map((day) => (
            <tr key={day.date}>
              <th scope="row">{day.date}</th>
              <td>{formatMeasure(measureOf(day, measure), measure)}</td>
            </tr>
          ))}
        </tbody>
      </Table>
    </VisuallyHidden>
  );
}
