import { Anchor, Badge, Button, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { Link } from 'react-router';
import type { Schema } from '../api/operations.js';
import { DateText } from '../dates/date-text.js';
import { FieldChanges } from '../lists/field-changes.js';

type HistoryEntry = Schema<'HistoryEntryResponse'>;

/** The newest change with what it changed, and the way to take it back; below it the ones before. */
export function LastChange({ entries }: { entries: readonly HistoryEntry[] }) {
  const [last, ...earlier] = entries;
  if (last === undefined) return null;
  return (
    <Paper withBorder p="md" component="section" aria-label="Last change">
      <Stack gap="sm">
        <Group justify="space-between">
          <Title order={2} size="h5">
            Last change
          </Title>
          {last.version > 1 && (
            <Button component={Link} to="../history?undo=1" relative="path" size="xs" variant="default">
              Undo version {last.version}
            </Button>
          )}
        </Group>
        <EntryLine entry={last} />
        {last.reason !== null && <Text size="sm">{last.reason}</Text>}
        <FieldChanges changes={last.changes} />
        {earlier.map((entry) => (
          <EntryLine key={entry.version} entry={entry} />
        ))}
        <Anchor component={Link} to="../history" relative="path" size="sm">
          Whole history
        </Anchor>
      </Stack>
    </Paper>
  );
}

function EntryLine({ entry }: { entry: HistoryEntry }) {
  return (
    <Group gap="xs">
      <Text size="sm" fw={600} className="numbers">
        Version {entry.version}
      </Text>
      <Badge color="gray">{entry.action.replaceAll('_', ' ')}</Badge>
      <Text size="sm" c="dimmed">
        {entry.changed_by}, <DateText at={entry.changed_at} />
      </Text>
    </Group>
  );
}
