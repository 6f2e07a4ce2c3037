import { Alert, Button, Group, NativeSelect, Paper, Stack, Text, Title } from '@mantine/core';
import { useEffect } from 'react';
import { Link } from 'react-router';
import { focusSetting } from '../controls/focus-setting.js';
import { openList } from '../controls/open-list.js';
import { SettingControl } from '../controls/setting-control.js';
import { type DraftControl, useDraftControl } from '../draft/use-draft-control.js';
import type { FieldError } from '../api/problem.js';
import { applyPatch } from '../draft/patch.js';
import type { Explained } from '../settings/explanation.js';
import type { SettingSchema } from '../settings/setting-schema.js';
import { playgroundTexts } from './playground.texts.js';
import { words } from '../words/words.texts.js';

interface ProposalProps {
  readonly explained: Explained;
  readonly settings: readonly SettingSchema[];
  readonly errors: readonly FieldError[];
  /** Settings that are shown although the draft does not change them yet. The last one gets the focus. */
  readonly added: readonly string[];
  readonly onAdded: (names: readonly string[]) => void;
}

/** The settings that differ in the draft, each with its control, and a way to add one. */
export function Proposal({ explained, settings, errors, added, onAdded }: ProposalProps) {
  const control = useDraftControl({ version: explained.version, own: explained.own });
  const patch = control.draft?.patch ?? {};
  const newest = added.at(-1);
  useEffect(() => focusSetting(newest), [newest]);
  const changed = settings.filter(({ name }) => name in patch || added.includes(name));
  return (
    <Paper withBorder p="md" component="section" aria-label={playgroundTexts.proposal.title}>
      <Stack gap="sm">
        <Group justify="space-between">
          <Title order={2} size="h5">
            {playgroundTexts.proposal.title}
          </Title>
          {control.draft !== null && (
            <Button component={Link} to="../configuration?review=1" relative="path" size="xs" variant="light">
              {words.reviewAndSave}
            </Button>
          )}
        </Group>
        <Text size="sm" c="dimmed">
          {control.draft === null ? playgroundTexts.noProposal : playgroundTexts.proposalAbout}
        </Text>
        {changed.map((setting) => (
          <ProposedSetting
            key={setting.name}
            {...{ setting, control, explained, errors }}
            onRemove={() => {
              control.drop(setting.name);
              onAdded(added.filter((name) => name !== setting.name));
            }}
          />
        ))}
        <AddSetting
          settings={settings.filter((setting) => !changed.includes(setting))}
          onAdd={(name) => onAdded([...added, name])}
        />
      </Stack>
    </Paper>
  );
}

interface ProposedSettingProps {
  readonly setting: SettingSchema;
  readonly control: DraftControl;
  readonly explained: Explained;
  readonly errors: readonly FieldError[];
  readonly onRemove: () => void;
}

function ProposedSetting({ setting, control, explained, errors, onRemove }: ProposedSettingProps) {
  const { name, title } = setting;
  const patch = control.draft?.patch ?? {};
  const value = applyPatch(
    { [name]: explained.effective[name] },
    name in patch ? { [name]: patch[name] } : {},
  )[name];
  const fault = errors.find(({ field }) => field === name || field.startsWith(`${name}.`));
  return (
    <Group align="flex-end" wrap="nowrap">
      <div style={{ flex: 1, minWidth: 0 }}>
        {patch[name] === null ? (
          <Alert variant="default" title={title}>
            {playgroundTexts.proposal.isReset}
          </Alert>
        ) : (
          <SettingControl
            setting={setting}
            value={value}
            error={fault?.message ?? null}
            isDisabled={false}
            onChange={(next) => control.set(name, next)}
          />
        )}
      </div>
      <Button
        size="xs"
        variant="subtle"
        onClick={onRemove}
        aria-label={playgroundTexts.proposal.removeOne(title)}
      >
        {words.remove}
      </Button>
    </Group>
  );
}

const groups = ['model', 'retrieval', 'prompt'];

/** Settings that change an answer and that this tenant may set. */
function AddSetting({
  settings,
  onAdd,
}: {
  settings: readonly SettingSchema[];
  onAdd: (name: string) => void;
}) {
  const free = settings.filter(
    ({ setBy, lockedBy, group }) => setBy === 'tenant' && lockedBy === null && groups.includes(group),
  );
  const choices = free.map(({ name, title }) => ({ value: name, label: title }));
  return (
    <NativeSelect
      label={playgroundTexts.proposal.add}
      value=""
      onKeyDown={openList}
      data={[{ value: '', label: words.chooseSetting }, ...choices]}
      onChange={(event) => event.currentTarget.value !== '' && onAdd(event.currentTarget.value)}
    />
  );
}
