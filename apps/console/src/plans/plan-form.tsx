import { Checkbox, SimpleGrid, Stack } from '@mantine/core';
import '@mantine/core/styles/SimpleGrid.css';
import { type ReactNode, useMemo } from 'react';
import { type Patch, PatchEditor } from '../platform-settings/patch-editor.js';
import { useModelIds, usePlatformSettings } from '../platform-settings/use-platform-settings.js';
import { SettingName } from '../settings/setting-name.js';
import type { SettingSchema } from '../settings/setting-schema.js';
import { Section } from '../states/section.js';
import type { PlanBody } from './plan-body.js';
import { words } from '../words/words.texts.js';
import { texts } from './plans.texts.js';

const tiers = ['economy', 'standard', 'premium'];

/** Settings with an upper bound: only they can have a ceiling. */
const withCeilings = (settings: readonly SettingSchema[]): SettingSchema[] =>
  settings.flatMap((setting) =>
    setting.control.kind === 'number'
      ? [{ ...setting, control: { ...setting.control, mayBeUnlimited: false } }]
      : [],
  );

const highest = (settings: readonly SettingSchema[], name: string): unknown => {
  const control = settings.find((setting) => setting.name === name)?.control;
  return control?.kind === 'number' ? control.max : undefined;
};

/** The parts of a plan. */
export function PlanForm({
  body,
  onChange,
}: {
  body: PlanBody;
  onChange: (change: Partial<PlanBody>) => void;
}) {
  const settings = usePlatformSettings();
  const numbers = useMemo(() => withCeilings(settings), [settings]);
  const models = useModelIds();
  return (
    <Stack>
      <Section title={words.models}>
        <CheckList
          label={texts.form.tiers}
          names={tiers}
          value={body.allowed_tiers}
          onChange={(next) => onChange({ allowed_tiers: next })}
        />
        <CheckList
          label={texts.form.singleModels}
          names={models}
          value={body.allowed_models}
          onChange={(next) => onChange({ allowed_models: next })}
        />
      </Section>
      <Section title={texts.form.defaults}>
        <PatchEditor
          settings={settings}
          patch={body.defaults as Patch}
          onChange={(next) => onChange({ defaults: next as PlanBody['defaults'] })}
        />
      </Section>
      <Section title={texts.ceilings}>
        <PatchEditor
          settings={numbers}
          patch={body.ceilings as Patch}
          initialOf={(name) => highest(numbers, name)}
          onChange={(next) => onChange({ ceilings: next as PlanBody['ceilings'] })}
        />
      </Section>
      <Section title={texts.lockedSettings}>
        <CheckList
          label={texts.form.locked}
          names={settings.map(({ name }) => name)}
          labelOf={(name) => <SettingName name={name} />}
          value={body.locked_settings}
          onChange={(next) => onChange({ locked_settings: next })}
        />
      </Section>
    </Stack>
  );
}

interface CheckListProps {
  readonly label: string;
  readonly names: readonly string[];
  readonly labelOf?: (name: string) => ReactNode;
  readonly value: readonly string[];
  readonly onChange: (value: string[]) => void;
}

function CheckList({ label, names, labelOf = (name) => name, value, onChange }: CheckListProps) {
  return (
    <Checkbox.Group label={label} value={[...value]} onChange={onChange}>
      <SimpleGrid cols={{ base: 1, xs: 2, md: 3 }} spacing={6} mt={4}>
        {names.map((name) => (
          <Checkbox key={name} value={name} label={labelOf(name)} />
        ))}
      </SimpleGrid>
    </Checkbox.Group>
  );
}
