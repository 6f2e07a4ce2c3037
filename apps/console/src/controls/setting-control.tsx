import { Checkbox, ColorSwatch, Group, NativeSelect, Switch, Text, TextInput, Textarea } from '@mantine/core';
import '@mantine/core/styles/ColorSwatch.css';
import { type KeyboardEvent, useState } from 'react';
import { isObject } from '../draft/json.js';
import { texts } from '../settings/settings.texts.js';
import { parseNumber, stepNumber } from './number-text.js';
import type { ControlProps } from './control-props.js';
import type { Control } from '../settings/setting-schema.js';
import { VariablesControl } from './variables-control.js';

/** The control of one setting, by its type and bounds. Its id is `setting-<name>`. */
export function SettingControl(props: ControlProps) {
  switch (props.setting.control.kind) {
    case 'choice':
      return <ChoiceControl {...props} choices={props.setting.control.choices} />;
    case 'switch':
      return (
        <Switch
          {...labelsOf(props)}
          checked={props.value === true}
          onChange={(event) => props.onChange(event.currentTarget.checked)}
        />
      );
    case 'number':
      return <NumberControl {...props} control={props.setting.control} />;
    case 'variables':
      return <VariablesControl {...props} value={isObject(props.value) ? props.value : {}} />;
    case 'colour':
    case 'text':
      return <TextControl {...props} control={props.setting.control} />;
  }
}

/** What every control shows around its input. */
function labelsOf({ setting, error, isDisabled }: ControlProps) {
  return {
    id: `setting-${setting.name}`,
    label: setting.title,
    description: setting.description,
    error,
    disabled: isDisabled,
  };
}

function ChoiceControl({ choices, ...props }: ControlProps & { choices: readonly string[] }) {
  const value = String(props.value);
  const data = choices.includes(value) ? choices : [value, ...choices];
  return (
    <NativeSelect
      {...labelsOf(props)}
      styles={{ wrapper: { maxWidth: 420 } }}
      data={[...data]}
      value={value}
      onChange={(event) => props.onChange(event.currentTarget.value)}
    />
  );
}

type NumberKind = Extract<Control, { kind: 'number' }>;

function NumberControl({ control, ...props }: ControlProps & { control: NumberKind }) {
  const isUnlimited = props.value === 'unlimited';
  const restart = control.min ?? 0;
  return (
    <>
      <NumberInput {...props} control={control} isDisabled={props.isDisabled || isUnlimited} />
      {control.mayBeUnlimited && (
        <Checkbox
          mt={6}
          label={texts.unlimited}
          aria-label={`${props.setting.title}: ${texts.unlimited}`}
          checked={isUnlimited}
          disabled={props.isDisabled}
          onChange={(event) => props.onChange(event.currentTarget.checked ? 'unlimited' : restart)}
        />
      )}
    </>
  );
}

/** Keeps the text while it is typed: `0.` is a number already, and must not lose its point. */
function NumberInput({ control, ...props }: ControlProps & { control: NumberKind }) {
  const [text, setText] = useState(String(props.value));
  const typed = parseNumber(text) === props.value ? text : String(props.value);
  const change = (next: string): void => {
    setText(next);
    props.onChange(parseNumber(next));
  };
  const step = (event: KeyboardEvent): void => {
    if (event.key !== 'ArrowUp' && event.key !== 'ArrowDown') return;
    event.preventDefault();
    change(String(stepNumber(props.value, event.key === 'ArrowUp' ? 1 : -1, control)));
  };
  return (
    <TextInput
      {...labelsOf(props)}
      value={typed}
      inputMode="decimal"
      autoComplete="off"
      className="numbers"
      styles={{ wrapper: { maxWidth: 260 } }}
      onChange={(event) => change(event.currentTarget.value)}
      onKeyDown={step}
      rightSectionWidth={110}
      rightSection={<Bounds control={control} />}
      rightSectionPointerEvents="none"
    />
  );
}

function Bounds({ control: { min, max } }: { control: NumberKind }) {
  if (min === undefined || max === undefined) return null;
  return (
    <Text size="xs" c="dimmed">
      {min} – {max}
    </Text>
  );
}

type TextKind = Extract<Control, { kind: 'colour' | 'text' }>;

function TextControl({ control, ...props }: ControlProps & { control: TextKind }) {
  const value = typeof props.value === 'string' ? props.value : '';
  const change = (text: string): void => props.onChange(text === '' ? null : text);
  if (control.kind === 'text' && control.isLong)
    return (
      <>
        <Textarea
          {...labelsOf(props)}
          value={value}
          rows={8}
          resize="vertical"
          onChange={(event) => change(event.currentTarget.value)}
        />
        {control.maxLength !== undefined && (
          <Text size="xs" c={value.length > control.maxLength ? 'red' : 'dimmed'} className="numbers">
            {value.length} / {control.maxLength}
          </Text>
        )}
      </>
    );
  return (
    <Group gap="xs" align="flex-end" wrap="nowrap">
      <TextInput
        {...labelsOf(props)}
        value={value}
        autoComplete="off"
        flex={1}
        onChange={(event) => change(event.currentTarget.value)}
      />
      {control.kind === 'colour' && <ColorSwatch color={value} size={28} mb={4} aria-hidden />}
    </Group>
  );
}
