import { Button, Group, Paper, Text } from '@mantine/core';
import { Link } from 'react-router';
import type { Saving } from '../draft/saving.js';
import { texts } from '../settings/settings.texts.js';
import styles from './dirty-bar.module.css';

export interface DirtyBarProps {
  /** The titles of the changed settings, in the order of the screen. */
  readonly names: readonly string[];
  readonly saving: Saving;
  readonly faults: number;
  /** A newer version is there than the one that the draft was made on. */
  readonly isOutdated: boolean;
  readonly onStep: (direction: 1 | -1) => void;
  readonly onDiscard: () => void;
  readonly onReview: () => void;
}

/** Stays at the bottom while there are changes that are not saved, and says where they are on their way. */
export function DirtyBar({ names, saving, faults, isOutdated, ...acts }: DirtyBarProps) {
  return (
    <Paper withBorder p="sm" className={styles['bar']!} component="section" aria-label={texts.bar.label}>
      <Group justify="space-between" gap="xs">
        <div>
          <Text size="sm" fw={600} role="status">
            {stateText(saving, names.length, isOutdated)}
            {faults > 0 && ` · ${texts.bar.faults(faults)}`}
          </Text>
          <Text size="xs" c="dimmed" lineClamp={1}>
            {names.join(', ')}
          </Text>
        </div>
        <Group gap="xs">
          <Button size="xs" variant="default" onClick={() => acts.onStep(-1)} aria-label={texts.bar.previous}>
            ↑
          </Button>
          <Button size="xs" variant="default" onClick={() => acts.onStep(1)} aria-label={texts.bar.next}>
            ↓
          </Button>
          <Button component={Link} to="../playground" relative="path" size="xs" variant="default">
            {texts.bar.tryIt}
          </Button>
          <Button size="xs" variant="default" onClick={acts.onDiscard}>
            {texts.bar.discard}
          </Button>
          <Button size="xs" onClick={acts.onReview} loading={saving === 'saving'}>
            {isOutdated || saving === 'conflict' ? texts.bar.compare : texts.bar.review}
          </Button>
        </Group>
      </Group>
    </Paper>
  );
}

function stateText(saving: Saving, count: number, isOutdated: boolean): string {
  if (saving === 'conflict' || saving === 'offline' || saving === 'saving') return texts.bar[saving];
  return isOutdated ? texts.bar.conflict : texts.bar.dirty(count);
}
