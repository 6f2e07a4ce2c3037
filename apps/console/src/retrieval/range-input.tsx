import { Group, Input, Text } from '@mantine/core';

interface RangeInputProps {
  readonly id: string;
  readonly label: string;
  readonly description: string;
  readonly value: number;
  readonly min: number;
  readonly max: number;
  readonly step: number;
  readonly onChange: (value: number) => void;
}

/** A slider with its value beside it. */
export function RangeInput({ id, label, description, value, onChange, ...range }: RangeInputProps) {
  return (
    <Input.Wrapper id={id} label={label} description={description} maw={420} w="100%">
      <Group gap="sm" wrap="nowrap">
        <input
          id={id}
          type="range"
          style={{ flex: 1, minWidth: 0, accentColor: 'var(--mantine-primary-color-filled)' }}
          value={value}
          onChange={(event) => onChange(Number(event.currentTarget.value))}
          {...range}
        />
        <Text size="sm" className="numbers" w={36} ta="end">
          {value}
        </Text>
      </Group>
    </Input.Wrapper>
  );
}
