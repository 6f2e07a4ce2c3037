import { Text } from '@mantine/core';
import type { Schema } from '../api/operations.js';
import { valueText } from './value-text.js';

/** Settings from → to, one a line. Long texts are cut; the whole is on the title. */
export function FieldChanges({ changes }: { changes: readonly Schema<'FieldChangeResponse'>[] }) {
  return changes.map(({ field, from, to }) => (
    <Text
      key={field}
      size="sm"
      style={{ overflowWrap: 'anywhere' }}
      title={`${valueText(from)} → ${valueText(to)}`}
    >
      {field}: <del>{valueText(from, 60)}</del> → <ins>{valueText(to, 60)}</ins>
    </Text>
  ));
}
