import { Alert, Button, Group, Paper, Stack, Switch, TextInput, Title } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { useCallback, useEffect } from 'react';
import { useLocation } from 'react-router';
import { overrideAllowed } from '../draft/patch.js';
import { focusSetting, focusedSetting, stepSetting } from '../controls/focus-setting.js';
import { useLetters } from '../keyboard/use-letters.js';
import { LockCard } from '../lock/lock-card.js';
import { SaveSheet } from '../review/save-sheet.js';
import { suspendedReason } from '../act/permission.js';
import { useTenantScope } from '../scope/tenant-scope.js';
import type { Explained } from '../settings/explanation.js';
import { type SettingSchema, groupSettings, searchSettings } from '../settings/setting-schema.js';
import { texts } from '../settings/settings.texts.js';
import type { SettingsData } from '../settings/use-configuration.js';
import { EmptyState } from '../states/states.js';
import { searchText, useSearchState } from '../url-state/use-search-state.js';
import { useTypedText } from '../url-state/use-typed-text.js';
import { DirtyBar } from './dirty-bar.js';
import { LeaveGuard } from './leave-guard.js';
import { lockReason } from './lock-reason.js';
import { SettingRow } from './setting-row.js';
import { type FormState, useConfigurationForm } from './use-configuration-form.js';

const urlState = { setting: searchText, q: searchText, review: searchText };

/** Moves the focus to the setting that the URL opens; also after a link to the setting that is open already, which changes only the state. */
function useFocusOn(open: string): void {
  const state: unknown = useLocation().state;
  useEffect(() => focusSetting(open), [open]);
  useEffect(() => {
    if (state !== null) focusSetting(open);
  }, [state]);
}

/** The form. What is typed goes into the draft; what is read again changes only settings that are not in it. */
export function ConfigurationForm({ explained, ...data }: SettingsData & { explained: Explained }) {
  const form = useConfigurationForm(explained);
  const [{ setting: open, q, review }, setUrl] = useSearchState(urlState);
  const [search, setSearch] = useTypedText(q, (text) => setUrl({ q: text }, { replace: true }));
  const listed = searchSettings(data.settings, search);
  const dirtyNames = data.settings.map(({ name }) => name).filter((name) => Object.hasOwn(form.patch, name));
  const isDirty = form.control.draft !== null;
  const openReview = useCallback(() => setUrl({ review: '1' }), [setUrl]);
  const step = (direction: 1 | -1): void => stepSetting(dirtyNames, direction);
  useLetters({
    e: () => focusSetting(listed[0]?.name),
    r: () => form.control.reset(focusedSetting() ?? ''),
    '[': () => step(-1),
    ']': () => step(1),
  });
  useHotkeys([['mod+Enter', () => isDirty && review === '' && openReview()]], []);
  useFocusOn(open);
  return (
    <Stack pb={isDirty ? 90 : 0}>
      <Banners form={form} explained={explained} />
      {search === '' && <Lock explained={explained} form={form} />}
      <TextInput
        wrapperProps={{ role: 'search' }}
        type="search"
        label={texts.search}
        value={search}
        maw={420}
        onChange={(event) => setSearch(event.currentTarget.value)}
      />
      {listed.length === 0 && (
        <EmptyState
          title={texts.nothingFound}
          action={
            <Button variant="default" onClick={() => setSearch('')}>
              {texts.clearSearch}
            </Button>
          }
        >
          {texts.nothingFoundHint(search)}
        </EmptyState>
      )}
      <Groups
        settings={listed}
        explained={explained}
        form={form}
        open={open}
        onOpen={(setting) => setUrl({ setting })}
      />
      {isDirty && (
        <DirtyBar
          names={titlesOf(form.patch, data.settings)}
          saving={form.saving}
          faults={form.faults.errors.length}
          isOutdated={form.control.draft!.baseVersion < explained.version}
          onStep={step}
          onDiscard={() => form.control.replace(null)}
          onReview={openReview}
        />
      )}
      {isDirty && review !== '' && (
        <SaveSheet
          explained={explained}
          data={data}
          draft={form.control.draft!}
          save={form.save}
          onDraft={form.control.replace}
          onClose={() => setUrl({ review: '' }, { replace: true })}
        />
      )}
      <LeaveGuard isDirty={isDirty} onDiscard={() => form.control.replace(null)} />
    </Stack>
  );
}

/** The titles of what a patch changes, in the order of the screen. */
function titlesOf(patch: FormState['patch'], settings: readonly SettingSchema[]): string[] {
  const titles = new Map(settings.map(({ name, title }) => [name, title]));
  titles.set(overrideAllowed, texts.overrideAllowed.label);
  return [...titles].filter(([name]) => Object.hasOwn(patch, name)).map(([, title]) => title);
}

interface GroupsProps {
  readonly settings: readonly SettingSchema[];
  readonly explained: Explained;
  readonly form: FormState;
  readonly open: string;
  readonly onOpen: (setting: string) => void;
}

function Groups({ settings, explained, form, open, onOpen }: GroupsProps) {
  const scope = useTenantScope();
  return groupSettings(settings).map(({ group, settings: members }) => (
    <Stack key={group} gap="xs" component="section" aria-labelledby={`group-${group}`}>
      <Title order={2} size="h4" id={`group-${group}`}>
        {texts.group(group)}
      </Title>
      <Paper withBorder>
        {members.map((setting) => (
          <SettingRow
            key={setting.name}
            setting={setting}
            explained={explained}
            value={form.valueOf(setting)}
            isDirty={Object.hasOwn(form.patch, setting.name)}
            isReset={form.patch[setting.name] === null}
            error={errorOf(form, setting.name)}
            lock={lockReason(setting, explained, scope)}
            isOpen={open === setting.name}
            onToggle={() => onOpen(open === setting.name ? '' : setting.name)}
            onChange={(value) => form.control.set(setting.name, value)}
            onReset={() => form.control.reset(setting.name)}
            onDrop={() => form.control.drop(setting.name)}
          />
        ))}
      </Paper>
    </Stack>
  ));
}

/** The faults of one setting that is changed; `prompt_variables.tone` belongs to `prompt_variables`. */
function errorOf({ faults, patch }: FormState, name: string): string | null {
  const errors = faults.errors.filter(({ field }) => field === name || field.startsWith(`${name}.`));
  if (errors.length === 0 || Object.keys(patch).length === 0) return null;
  return errors.map(({ message }) => message).join(' ');
}

function Banners({ form: { control }, explained }: { form: FormState; explained: Explained }) {
  const { refusal } = useTenantScope();
  const { draft, isRestored } = control;
  // Of a suspended tenant it stands over every screen.
  if (refusal === suspendedReason) return null;
  if (refusal !== null) return <Alert color="gray">{refusal}</Alert>;
  if (draft === null) return null;
  return (
    <>
      {isRestored && (
        <Alert title={texts.restored.title} role="status">
          <Group justify="space-between">
            {texts.restored.body(Object.keys(draft.patch).length, draft.baseVersion)}
            <Group gap="xs">
              <Button size="xs" variant="default" onClick={() => control.replace(draft)}>
                {texts.restored.keep}
              </Button>
              <Button size="xs" variant="subtle" color="red" onClick={() => control.replace(null)}>
                {texts.restored.discard}
              </Button>
            </Group>
          </Group>
        </Alert>
      )}
      {draft.baseVersion < explained.version && (
        <Alert color="yellow" role="status">
          {texts.newer(draft.baseVersion, explained.version)}
        </Alert>
      )}
    </>
  );
}

/** The lock, with the switch of those who may change it. A tenant that is locked is asked by the platform, or forced. */
function Lock({ explained, form: { control, patch } }: { explained: Explained; form: FormState }) {
  const { refusal, isPlatform } = useTenantScope();
  const isAllowed = patch[overrideAllowed] ?? explained.isOverrideAllowed;
  const change = (next: boolean): void => {
    if (next === explained.isOverrideAllowed) control.drop(overrideAllowed);
    else control.set(overrideAllowed, next);
  };
  return (
    <LockCard lock={explained}>
      {refusal === null && (!isPlatform || explained.isOverrideAllowed) && (
        <Switch
          id={`setting-${overrideAllowed}`}
          label={texts.overrideAllowed.label}
          description={texts.overrideAllowed.description}
          checked={isAllowed === true}
          onChange={(event) => change(event.currentTarget.checked)}
        />
      )}
    </LockCard>
  );
}
