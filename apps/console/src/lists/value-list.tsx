import { Box, Stack, Text } from '@mantine/core';
import { SettingName } from '../settings/setting-name.js';
import { valueText } from './value-text.js';

interface ValueListProps {
  readonly values: Readonly<Record<string, unknown>>;
  /** What null stands for; "not set" without it. */
  readonly nullText?: string;
  /** Longer values are cut. */
  readonly maxLength?: number;
}

/** Settings with one value each, one a line. */
export function ValueList({ values, nullText, maxLength = 120 }: ValueListProps) {
  return (
    <Stack gap={2} component="ul" m={0} p={0} style={{ listStyle: 'none' }}>
      {Object.entries(values).map(([name, value]) => (
        <Box component="li" key={name}>
          <Text size="sm" className="numbers" style={{ overflowWrap: 'anywhere' }}>
            <SettingName name={name} />:{' '}
            <b>{value === null && nullText ? nullText : valueText(value, maxLength)}</b>
          </Text>
        </Box>
      ))}
    </Stack>
  );
}
