import { ActionIcon, Button, Group, Input, Stack, Text, TextInput } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { isSame } from '../draft/json.js';
import { texts } from '../settings/settings.texts.js';
import type { ControlProps } from './control-props.js';
import { type VariableLine, fromLines, toLines, typedValue } from './variables.js';

type VariablesProps = Omit<ControlProps, 'value'> & { readonly value: Record<string, unknown> };

/** The variables of the prompt, one line each. A new line has no name yet, so the lines are kept here while they are typed. */
export function VariablesControl({ setting, value, error, isDisabled, onChange }: VariablesProps) {
  const [typed, setTyped] = useState<readonly VariableLine[]>(() => toLines(value));
  const [isAdded, setAdded] = useState(false);
  const lines = isSame(fromLines(typed), value) ? typed : toLines(value);
  const change = (next: readonly VariableLine[]): void => {
    setTyped(next);
    onChange(fromLines(next));
  };
  return (
    <Input.Wrapper
      label={setting.title}
      description={setting.description}
      error={error}
      labelElement="div"
      id={`setting-${setting.name}`}
    >
      <Stack gap="xs" mt={6}>
        {lines.length === 0 && (
          <Text size="sm" c="dimmed">
            {texts.variables.empty}
          </Text>
        )}
        {lines.map((line, index) => (
          <Line
            key={index}
            line={line}
            position={index + 1}
            isDisabled={isDisabled}
            isNew={isAdded && index === lines.length - 1}
            onChange={(next) => change(lines.with(index, next))}
            onRemove={() => change(lines.toSpliced(index, 1))}
          />
        ))}
        <Group>
          <Button
            size="xs"
            variant="default"
            disabled={isDisabled}
            onClick={() => {
              setAdded(true);
              change([...lines, { name: '', value: '' }]);
            }}
          >
            {texts.variables.add}
          </Button>
        </Group>
      </Stack>
    </Input.Wrapper>
  );
}

interface LineProps {
  readonly line: VariableLine;
  readonly position: number;
  readonly isDisabled: boolean;
  /** It was just added: its name has the focus. */
  readonly isNew: boolean;
  readonly onChange: (line: VariableLine) => void;
  readonly onRemove: () => void;
}

function Line({ line, position, isDisabled, isNew, onChange, onRemove }: LineProps) {
  const name = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (isNew) name.current?.focus();
  }, [isNew]);
  return (
    <Group gap="xs" wrap="nowrap">
      <TextInput
        ref={name}
        aria-label={`${texts.variables.name} ${position}`}
        placeholder={texts.variables.name}
        value={line.name}
        disabled={isDisabled}
        flex={1}
        onChange={(event) => onChange({ ...line, name: event.currentTarget.value })}
      />
      <TextInput
        aria-label={`${texts.variables.value} ${position}`}
        placeholder={texts.variables.value}
        value={String(line.value)}
        disabled={isDisabled}
        flex={2}
        onChange={(event) => onChange({ ...line, value: typedValue(line.value, event.currentTarget.value) })}
      />
      <ActionIcon
        variant="subtle"
        color="gray"
        disabled={isDisabled}
        aria-label={texts.variables.remove(line.name || String(position))}
        onClick={onRemove}
      >
        ×
      </ActionIcon>
    </Group>
  );
}
