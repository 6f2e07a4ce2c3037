import { Text } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { cellGridOf } from './cell-grid.js';
import type { OutcomePart } from '../targets/outcomes.js';
import { bulkTexts } from './bulk.texts.js';

/** Each tenant of an operation as a square in the colour of its outcome. The numbers beside it say the same to a screen reader. */
export function OutcomeCells({ parts }: { parts: readonly OutcomePart[] }) {
  const { ref, width } = useElementSize();
  const { columns, rows, tenantsPerCell, paths } = cellGridOf(parts, Math.max(10, Math.floor(width / 10)));
  return (
    <div ref={ref} aria-hidden>
      <svg width={10 * columns} height={10 * rows} style={{ display: 'block', maxInlineSize: '100%' }}>
        {paths.map(({ key, color, d }) => (
          <path key={key} d={d} fill={`var(--mantine-color-${color}-6)`} data-outcome={key} />
        ))}
      </svg>
      <Text size="xs" c="dimmed">
        {bulkTexts.square(tenantsPerCell)}
      </Text>
    </div>
  );
}
