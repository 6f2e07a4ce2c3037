import { Text, TextInput, useMantineColorScheme } from '@mantine/core';
import { type KeyboardEvent, useId, useState } from 'react';
import { useNavigate, useParams } from 'react-router';
import { Dialog } from '../act/dialog.js';
import { reasonAgainstChange } from '../act/permission.js';
import '../screen-styles.js';
import { isPlatformSession, useSession } from '../session/session-context.js';
import { ProblemView } from '../states/problem-view.js';
import { screensOf } from '../shell/navigation.js';
import { useSignOut } from '../shell/use-sign-out.js';
import { type Entry, type PaletteAct, localEntries } from './entries.js';
import { draftSetting } from './draft-setting.js';
import { EntryList } from './entry-list.js';
import { PaletteSheet, type SheetAct } from './palette-sheet.js';
import { paletteTexts } from './palette.texts.js';
import { relatedEntries } from './related-entries.js';
import { useRemoteEntries } from './use-remote-entries.js';
import { useSettingNames } from './use-setting-names.js';

/** Finds tenants, settings, models, plans, operations and screens, and opens the sheet of an act. Nothing is done without its sheet. */
export function Palette({ onClose, onHelp }: { onClose: () => void; onHelp: () => void }) {
  const [act, setAct] = useState<SheetAct | null>(null);
  const [error, setError] = useState<unknown>(null);
  const isPlatform = isPlatformSession(useSession());
  const navigate = useNavigate();
  const signOut = useSignOut();
  const { setColorScheme } = useMantineColorScheme();
  if (act !== null) return <PaletteSheet act={act} onClose={onClose} />;
  const goTo = (path: string): void => {
    onClose();
    void navigate(path);
  };
  const perform = (chosen: PaletteAct): void => {
    switch (chosen.kind) {
      case 'help':
        return onHelp();
      case 'sign-out':
        return void signOut().catch(setError);
      case 'colours':
        setColorScheme(chosen.scheme);
        return onClose();
      case 'set':
        return void draftSetting(chosen, isPlatform).then(
          () => goTo(`/tenants/${chosen.tenantId}/configuration?review=1`),
          setError,
        );
      default:
        setAct(chosen);
    }
  };
  const choose = ({ to, act: chosen }: Entry): void => {
    if (to !== undefined) goTo(to);
    else if (chosen) perform(chosen);
  };
  return (
    <Dialog
      onClose={onClose}
      withCloseButton={false}
      size="lg"
      padding={0}
      attributes={{ content: { 'aria-label': paletteTexts.title } }}
      yOffset="10vh"
    >
      {error !== null && <ProblemView error={error} />}
      <Search onChoose={choose} />
    </Dialog>
  );
}

function Search({ onChoose }: { onChoose: (entry: Entry) => void }) {
  const [input, setInput] = useState('');
  const [active, setActive] = useState(0);
  const list = useId();
  const { entries, isSearching } = useEntries(input);
  const index = Math.min(active, entries.length - 1);
  const onKey = (event: KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined && entries.length > 0) {
      event.preventDefault();
      setActive((index + step + entries.length) % entries.length);
    }
    const entry = entries[index];
    if (event.key === 'Enter' && entry && entry.refusal === undefined) onChoose(entry);
  };
  return (
    <>
      <TextInput
        data-autofocus
        size="md"
        p="sm"
        value={input}
        onChange={(event) => {
          setInput(event.currentTarget.value);
          setActive(0);
        }}
        onKeyDown={onKey}
        placeholder={paletteTexts.placeholder}
        role="combobox"
        aria-label={paletteTexts.title}
        aria-expanded={entries.length > 0}
        aria-controls={list}
        aria-autocomplete="list"
        {...(index >= 0 && { 'aria-activedescendant': `${list}-${index}` })}
        autoComplete="off"
        spellCheck={false}
      />
      <EntryList id={list} entries={entries} active={index} onHover={setActive} onChoose={onChoose} />
      <Text size="sm" c="dimmed" p="sm" role="status">
        {statusOf(entries.length, isSearching)}
      </Text>
    </>
  );
}

function statusOf(count: number, isSearching: boolean): string {
  if (count > 0) return paletteTexts.found(count);
  return isSearching ? paletteTexts.searching : paletteTexts.nothing;
}

function useEntries(input: string): { readonly entries: readonly Entry[]; readonly isSearching: boolean } {
  const session = useSession();
  const { tenantId = session.tenant_id } = useParams();
  const settings = useSettingNames(tenantId);
  const remote = useRemoteEntries(input, tenantId);
  const isPlatformAdmin = session.role === 'platform_admin';
  const context = {
    tenantId,
    screens: screensOf(session, tenantId),
    settings,
    refusal: reasonAgainstChange(session),
    isPlatformAdmin,
  };
  const local = localEntries(input, context);
  const isCommand = local.some(({ group }) => group === paletteTexts.groups.act);
  const found = isCommand ? local : [...local, ...remote.entries, ...relatedEntries(input, context)];
  return { entries: found, isSearching: remote.isSearching };
}
