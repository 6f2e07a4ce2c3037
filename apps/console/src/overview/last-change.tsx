import { Anchor, Badge, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { Link } from 'react-router';
import { ActButton } from '../act/act-button.js';
import { reasonAgainst } from '../act/permission.js';
import type { Schema } from '../api/operations.js';
import { DateText } from '../dates/date-text.js';
import { texts } from '../history/history.texts.js';
import { ChangeList } from '../lists/change-list.js';
import { useSession } from '../session/session-context.js';
import { useUndo } from '../undo/use-undo.js';
import { useAuthorNames } from '../actors/use-author-names.js';
import { words } from '../words/words.texts.js';
import { overviewTexts } from './overview.texts.js';

type HistoryEntry = Schema<'HistoryEntryResponse'>;

/** The newest change with what it changed, and the way to take it back; below it the ones before. */
export function LastChange({ entries }: { entries: readonly HistoryEntry[] }) {
  const [last, ...earlier] = entries;
  const undo = useUndo();
  const refusal = reasonAgainst(useSession(), { scope: 'config:write', isForPlatform: true });
  if (last === undefined) return null;
  return (
    <Paper withBorder p="md" component="section" aria-label={overviewTexts.lastChange}>
      <Stack gap="sm">
        <Group justify="space-between">
          <Title order={2} size="h5">
            {overviewTexts.lastChange}
          </Title>
          {last.version > 1 && (
            <ActButton size="xs" variant="default" reason={refusal} onClick={undo}>
              {words.undoVersion(last.version)}
            </ActButton>
          )}
        </Group>
        <EntryLine entry={last} />
        {last.reason !== null && <Text size="sm">{last.reason}</Text>}
        <ChangeList changes={last.changes} />
        {earlier.map((entry) => (
          <EntryLine key={entry.version} entry={entry} />
        ))}
        <Anchor component={Link} to="../history" relative="path" size="sm">
          {words.wholeHistory}
        </Anchor>
      </Stack>
    </Paper>
  );
}

function EntryLine({ entry }: { entry: HistoryEntry }) {
  const author = useAuthorNames()(entry.changed_by);
  return (
    <Group gap="xs">
      <Text size="sm" fw={600} className="numbers">
        {texts.version(entry.version)}
      </Text>
      <Badge color="gray">{texts.action(entry.action)}</Badge>
      <Text size="sm" c="dimmed">
        <span title={entry.changed_by}>{author}</span>, <DateText at={entry.changed_at} />
      </Text>
    </Group>
  );
}
