import { Box, Stack, Text } from '@mantine/core';
import { valueText } from '../settings/explanation.js';
import { InlineDiff } from '../word-diff/inline-diff.js';

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

/** Settings with their old and new values. */
export function ChangeList({ changes, label }: { changes: readonly ListedChange[]; label: string }) {
  return (
    <Stack gap="xs" component="ul" aria-label={label} m={0} p={0} style={{ listStyle: 'none' }}>
      {changes.map((change) => (
        <Box component="li" key={change.field}>
          <Text size="sm" fw={600}>
            {change.title ?? change.field}
          </Text>
          <ChangedValue {...change} />
        </Box>
      ))}
    </Stack>
  );
}

function ChangedValue({ from, to, fromNote, toNote }: ListedChange) {
  if (typeof from === 'string' && typeof to === 'string' && Math.max(from.length, to.length) > longText)
    return <InlineDiff from={from} to={to} />;
  return (
    <Text size="sm" className="numbers" style={{ overflowWrap: 'anywhere' }}>
      {valueText(from)}
      <Note text={fromNote} />
      <span aria-label=" becomes "> → </span>
      <b>{valueText(to)}</b>
      <Note text={toNote} />
    </Text>
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
