import { Button, Group, Radio, Stack, Text } from '@mantine/core';
import type { KeyboardEvent } from 'react';
import type { Contested, Side, ThreeWayMerge } from '../draft/three-way-merge.js';
import { valueText } from '../lists/value-text.js';
import { ChangeList } from '../lists/change-list.js';
import { texts } from './review.texts.js';
import { WordDiff } from '../word-diff/word-diff.js';
import '@mantine/core/styles/Radio.css';

interface MergeViewProps {
  readonly merge: ThreeWayMerge;
  readonly baseVersion: number;
  readonly currentVersion: number;
  readonly choices: Readonly<Record<string, Side>>;
  readonly onChoose: (field: string, side: Side) => void;
  readonly onEdit: () => void;
}

/** Both changes side by side: what both changed needs a choice, what only others changed is kept and listed. */
export function MergeView({ merge, baseVersion, currentVersion, choices, onChoose, onEdit }: MergeViewProps) {
  return (
    <Stack gap="md">
      <Text size="sm">{texts.merge.intro(baseVersion, currentVersion)}</Text>
      {merge.contested.length === 0 ? (
        <Text size="sm">{texts.merge.none}</Text>
      ) : (
        <Stack gap="sm">
          <Text size="sm" fw={600}>
            {texts.merge.contested}
          </Text>
          <Text size="xs" c="dimmed">
            {texts.merge.contestedHint}
          </Text>
          {merge.contested.map((row, index) => (
            <ContestedField
              key={row.field}
              row={row}
              side={choices[row.field]}
              isFirst={index === 0}
              onChoose={(side) => onChoose(row.field, side)}
              onEdit={onEdit}
            />
          ))}
        </Stack>
      )}
      {merge.mergedIn.length > 0 && (
        <div>
          <Text size="sm" fw={600}>
            {texts.merge.mergedIn}
          </Text>
          <ChangeList
            label={texts.merge.mergedIn}
            changes={merge.mergedIn.map(({ field, base, theirs }) => ({ field, from: base, to: theirs }))}
          />
        </div>
      )}
      <Group>
        <Button size="xs" variant="default" onClick={onEdit}>
          {texts.merge.edit}
        </Button>
      </Group>
    </Stack>
  );
}

interface ContestedFieldProps {
  readonly row: Contested;
  readonly side: Side | undefined;
  readonly isFirst: boolean;
  readonly onChoose: (side: Side) => void;
  readonly onEdit: () => void;
}

function ContestedField({ row, side, isFirst, onChoose, onEdit }: ContestedFieldProps) {
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === '1') onChoose('theirs');
    if (event.key === '2') onChoose('mine');
    if (event.key === '3') onEdit();
  };
  return (
    <Radio.Group
      label={row.field}
      description={`${texts.merge.base}: ${shorten(valueText(row.base))}`}
      value={side ?? ''}
      onChange={(value) => onChoose(value as Side)}
      onKeyDown={onKeyDown}
    >
      <Stack gap={6} mt={6}>
        <Radio
          value="theirs"
          label={<Choice name={texts.merge.theirs} base={row.base} value={row.theirs} />}
          {...(isFirst && { 'data-autofocus': true })}
        />
        <Radio value="mine" label={<Choice name={texts.merge.mine} base={row.base} value={row.mine} />} />
      </Stack>
    </Radio.Group>
  );
}

const shortLength = 60;

const shorten = (text: string): string =>
  text.length > shortLength ? `${text.slice(0, shortLength)} …` : text;

function Choice({ name, base, value }: { name: string; base: unknown; value: unknown }) {
  const isLong = typeof base === 'string' && typeof value === 'string' && value.length > shortLength;
  return (
    <>
      <b>{name}</b>: {isLong ? <WordDiff from={base} to={value} /> : valueText(value)}
    </>
  );
}
