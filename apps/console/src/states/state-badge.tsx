import { Badge, type BadgeProps } from '@mantine/core';

const colors: Readonly<Record<string, string>> = {
  active: 'teal',
  ready: 'teal',
  completed: 'teal',
  promoted: 'teal',
  applied: 'teal',
  delivered: 'teal',
  running: 'blue',
  queued: 'blue',
  pending: 'blue',
  deprecated: 'orange',
  cancelled: 'orange',
  stopped: 'orange',
  failing: 'orange',
  suspended: 'red',
  failed: 'red',
  rejected: 'red',
};

/** A state in a word, with a dot in its colour: the word stays readable in both themes. */
export function StateBadge({ state, ...badge }: { state: string } & Omit<BadgeProps, 'children'>) {
  const color = `var(--mantine-color-${colors[state] ?? 'gray'}-6)`;
  return (
    <Badge
      {...badge}
      variant="default"
      leftSection={
        <span style={{ display: 'block', inlineSize: 8, blockSize: 8, borderRadius: 4, background: color }} />
      }
    >
      {state}
    </Badge>
  );
}
