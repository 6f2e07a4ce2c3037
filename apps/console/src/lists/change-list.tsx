import { Box, Stack, Text } from '@mantine/core';
import { SettingName } from '../settings/setting-name.js';
import { WordDiff } from '../word-diff/word-diff.js';
import { valueText } from './value-text.js';
import { words } from '../words/words.texts.js';
import { texts } from './lists.texts.js';

interface ListedChange {
  readonly field: string;
  readonly title?: string;
  readonly from: unknown;
  readonly to: unknown;
  /** Where a value comes from, in words. */
  readonly fromNote?: string;
  readonly toNote?: string;
}

/** Texts from this length on are shown as one text with the words that changed. */
const longText = 60;

/** Settings with their old and new values, one a line. */
export function ChangeList({
  changes,
  label = words.changes,
  unsetText,
}: {
  changes: readonly ListedChange[];
  label?: string;
  /** What null means, where it is not simply no value. */
  unsetText?: string;
}) {
  if (changes.length === 0) return null;
  return (
    <Stack gap={4} component="ul" aria-label={label} m={0} p={0} style={{ listStyle: 'none' }}>
      {changes.map((change) => (
        <Box component="li" key={change.field}>
          <Text size="sm" className="numbers" style={{ overflowWrap: 'anywhere' }}>
            <b>
              <SettingName name={change.field} {...(change.title !== undefined && { title: change.title })} />
            </b>
            : <ChangedValue {...change} unsetText={unsetText} />
          </Text>
        </Box>
      ))}
    </Stack>
  );
}

function ChangedValue({
  from,
  to,
  fromNote,
  toNote,
  unsetText,
}: ListedChange & { unsetText: string | undefined }) {
  if (typeof from === 'string' && typeof to === 'string' && Math.max(from.length, to.length) > longText)
    return <WordDiff from={from} to={to} />;
  const textOf = (value: unknown): string => (value === null && unsetText) || valueText(value);
  return (
    <>
      {textOf(from)}
      <Note text={fromNote} />
      <span aria-label={texts.becomes}> → </span>
      <b>{textOf(to)}</b>
      <Note text={toNote} />
    </>
  );
}

function Note({ text }: { text: string | undefined }) {
  if (text === undefined) return null;
  return (
    <Text span size="xs" c="dimmed">
      {' '}
      ({text})
    </Text>
  );
}
