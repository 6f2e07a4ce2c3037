import { Button, Checkbox, Code, Group, NativeSelect, Paper, Stack, Text } from '@mantine/core';
import type { FieldError } from '../api/problem.js';
import { openList } from '../controls/open-list.js';
import { SettingControl } from '../controls/setting-control.js';
import type { SettingSchema } from '../settings/setting-schema.js';
import { words } from '../words/words.texts.js';
import { texts } from './platform-settings.texts.js';

/** Settings with the value that they get; null resets one. */
export type Patch = Readonly<Record<string, unknown>>;

export interface PatchEditorProps {
  readonly settings: readonly SettingSchema[];
  readonly patch: Patch;
  readonly errors?: readonly FieldError[];
  /** What null does, as a sentence; absent where it is not possible. */
  readonly resetText?: string;
  /** What a setting begins with; without it, the default of the platform. */
  readonly initialOf?: (name: string) => unknown;
  readonly onChange: (patch: Patch) => void;
}

/** Edits a patch: the settings that it holds, and a list to add another one. */
export function PatchEditor({
  settings,
  patch,
  errors = [],
  resetText,
  initialOf,
  onChange,
}: PatchEditorProps) {
  const edited = settings.filter(({ name }) => name in patch);
  const others = settings.filter(({ name }) => !(name in patch));
  const remove = (name: string): void => {
    const { [name]: _removed, ...rest } = patch;
    onChange(rest);
  };
  return (
    <Stack gap="sm">
      {edited.map((setting) => (
        <EditedSetting
          key={setting.name}
          setting={setting}
          value={patch[setting.name]}
          error={errors.find(({ field }) => field.split('.')[0] === setting.name)?.message ?? null}
          resetText={resetText}
          onChange={(value) => onChange({ ...patch, [setting.name]: value })}
          onRemove={() => remove(setting.name)}
        />
      ))}
      {others.length > 0 && (
        <NativeSelect
          label={words.setting}
          value=""
          onKeyDown={openList}
          data={[
            { value: '', label: edited.length === 0 ? words.chooseSetting : texts.chooseAnother },
            ...others.map(({ name, title }) => ({ value: name, label: texts.settingChoice(title, name) })),
          ]}
          onChange={(event) => {
            const added = others.find(({ name }) => name === event.currentTarget.value);
            if (added) onChange({ ...patch, [added.name]: initialOf?.(added.name) ?? firstValueOf(added) });
          }}
        />
      )}
    </Stack>
  );
}

interface EditedSettingProps {
  readonly setting: SettingSchema;
  readonly value: unknown;
  readonly error: string | null;
  readonly resetText: string | undefined;
  readonly onChange: (value: unknown) => void;
  readonly onRemove: () => void;
}

function EditedSetting({ setting, value, error, resetText, onChange, onRemove }: EditedSettingProps) {
  const isReset = value === null && resetText !== undefined;
  return (
    <Paper withBorder p="sm">
      <Group justify="space-between" align="flex-start" gap="xs">
        <div style={{ flex: '1 1 240px' }}>
          {isReset ? (
            <Text size="sm">
              {setting.title}: {resetText}
            </Text>
          ) : (
            <SettingControl
              setting={setting}
              value={value}
              error={error}
              isDisabled={false}
              onChange={onChange}
            />
          )}
        </div>
        <Code>{setting.name}</Code>
        <Button size="xs" variant="subtle" onClick={onRemove} aria-label={texts.removeOne(setting.title)}>
          {words.remove}
        </Button>
      </Group>
      {resetText !== undefined && (
        <Checkbox
          mt="xs"
          size="xs"
          label={texts.reset}
          aria-label={texts.resetOne(setting.title)}
          checked={isReset}
          onChange={(event) => onChange(event.currentTarget.checked ? null : firstValueOf(setting))}
        />
      )}
    </Paper>
  );
}

const firstValues: Readonly<Record<string, unknown>> = {
  switch: true,
  variables: {},
  colour: '#007bff',
  text: '',
};

/** The first value of an added setting: the platform's default, or else the lowest number or the first choice. */
function firstValueOf({ control, inherited }: SettingSchema): unknown {
  if (inherited !== undefined && inherited !== null) return inherited;
  if (control.kind === 'number') return control.min ?? 0;
  return control.kind === 'choice' ? (control.choices[0] ?? '') : firstValues[control.kind];
}
