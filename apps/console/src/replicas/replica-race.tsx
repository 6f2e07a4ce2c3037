import { Group, Stack, Text } from '@mantine/core';
import classes from './replica-race.module.css';
import { type Replica, isInDoubt, positionOf } from './replicas.js';
import { texts } from './replicas.texts.js';

/** The replicas on one line: the right end is the newest change. The table below has the same as numbers. */
export function ReplicaRace({ replicas }: { replicas: readonly Replica[] }) {
  const behind = replicas.filter(({ behind_by: changes }) => changes !== 0).length;
  const doubts = replicas.filter(isInDoubt).length;
  const label = texts.race.summary(replicas.length - behind, replicas.length, doubts);
  return (
    <Stack gap={4}>
      <div role="img" aria-label={label} className={classes['line']}>
        {replicas.map((replica) => (
          <span
            key={replica.id}
            title={replica.id}
            className={`${classes['dot']} ${isInDoubt(replica) ? classes['inDoubt'] : ''}`}
            style={{ insetInlineStart: `${positionOf(replica)}%` }}
          />
        ))}
      </div>
      <Group justify="space-between" mt="xs">
        <Text size="xs" c="dimmed">
          {texts.race.farBehind}
        </Text>
        <Text size="xs" c="dimmed">
          {texts.race.newest}
        </Text>
      </Group>
      <Text size="xs" c="dimmed">
        {texts.race.hollow}
      </Text>
    </Stack>
  );
}
