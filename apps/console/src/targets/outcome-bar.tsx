import { Button, Group } from '@mantine/core';
import type { OutcomePart } from './outcomes.js';
import { texts } from './targets.texts.js';

export interface OutcomeBarProps {
  readonly parts: readonly OutcomePart[];
  /** The part whose tenants are listed. */
  readonly chosen?: string;
  readonly onChoose?: (key: string) => void;
}

/** How many tenants have which outcome: as a bar, and as numbers. A click on a number lists its tenants. */
export function OutcomeBar({ parts, chosen, onChoose }: OutcomeBarProps) {
  const total = Math.max(
    1,
    parts.reduce((sum, { count }) => sum + count, 0),
  );
  return (
    <div>
      <div style={{ display: 'flex', blockSize: 14, borderRadius: 4, overflow: 'hidden' }} aria-hidden>
        {parts.map(({ key, color, count }) => (
          <div
            key={key}
            style={{ inlineSize: `${(100 * count) / total}%`, background: `var(--mantine-color-${color}-6)` }}
          />
        ))}
      </div>
      <Group gap="xs" mt="xs" role="group" aria-label={texts.byOutcome}>
        {parts.map(({ key, label, color, count }) => (
          <Button
            key={key}
            size="xs"
            variant={chosen === key ? 'filled' : 'default'}
            aria-pressed={onChoose ? chosen === key : undefined}
            leftSection={
              <span
                style={{ inlineSize: 10, blockSize: 10, background: `var(--mantine-color-${color}-6)` }}
              />
            }
            {...(onChoose ? { onClick: () => onChoose(chosen === key ? '' : key) } : { component: 'span' })}
          >
            {`${count.toLocaleString()} ${label}`}
          </Button>
        ))}
      </Group>
    </div>
  );
}
