import type { OpenScreen } from '../shell/navigation.js';
import { type Command, matches, readCommand, readValue } from './command.js';
import { words } from '../words/words.texts.js';
import { paletteTexts } from './palette.texts.js';

/** One line of the palette. */
export interface Entry {
  readonly id: string;
  readonly group: string;
  readonly label: string;
  readonly hint?: string;
  /** Where it goes. An act of another kind has `act` instead. */
  readonly to?: string;
  readonly act?: PaletteAct;
  /** Why the act is not possible here. */
  readonly refusal?: string;
}

/** What the palette opens a sheet for. What only this browser notices runs at once, as the buttons of the header do. */
export type PaletteAct =
  | { readonly kind: 'set'; readonly tenantId: string; readonly setting: string; readonly value: unknown }
  | { readonly kind: 'undo'; readonly tenantId: string }
  | { readonly kind: 'status'; readonly tenantId: string; readonly wanted: 'suspended' | 'active' }
  | { readonly kind: 'help' }
  | { readonly kind: 'sign-out' }
  | { readonly kind: 'colours'; readonly scheme: 'light' | 'dark' };

/** A setting as the palette knows it. */
export interface SettingName {
  readonly name: string;
  readonly title: string;
  readonly types: readonly string[];
}

/** What entries are made from. */
export interface PaletteContext {
  readonly tenantId: string | null;
  readonly screens: readonly OpenScreen[];
  readonly settings: readonly SettingName[];
  /** Why the session may not change a configuration; null if it may. */
  readonly refusal: string | null;
  readonly isPlatformAdmin: boolean;
}

const maxSettings = 8;
const noTenant = paletteTexts.noTenant;

/** The lines that need no request: the act that is written, screens, settings. */
export function localEntries(input: string, around: PaletteContext): readonly Entry[] {
  const search = input.trim();
  const command = readCommand(search);
  if (command !== null) return [commandEntry(command, around)];
  return [
    ...around.screens
      .filter(({ label }) => matches(search, label))
      .map(({ to, label, letter }) => ({
        id: to,
        group: paletteTexts.groups.screens,
        label,
        hint: paletteTexts.goKeys(letter),
        to,
      })),
    ...(search === '' || around.tenantId === null
      ? []
      : settingEntries(search, around.tenantId, around.settings)),
    ...(matches(search, paletteTexts.help.search)
      ? [
          {
            id: 'help',
            group: paletteTexts.groups.help,
            label: paletteTexts.help.label,
            hint: '?',
            act: { kind: 'help' } as const,
          },
        ]
      : []),
  ];
}

function settingEntries(
  search: string,
  tenantId: string,
  settings: readonly SettingName[],
): readonly Entry[] {
  return settings
    .filter(({ name, title }) => matches(search, name, title))
    .slice(0, maxSettings)
    .map(({ name, title }) => ({
      id: `setting ${name}`,
      group: paletteTexts.groups.settings,
      label: title,
      hint: name,
      to: settingPath(tenantId, name),
    }));
}

export function settingPath(tenantId: string, setting: string): string {
  return `/tenants/${tenantId}/configuration?setting=${encodeURIComponent(setting)}`;
}

function commandEntry(command: Command, around: PaletteContext): Entry {
  switch (command.kind) {
    case 'why':
      return whyEntry(command.setting, around);
    case 'set':
      return setEntry(command, around);
    case 'undo':
      return undoEntry(command.tenantId ?? around.tenantId, around);
    case 'suspend':
    case 'activate':
      return statusEntry(command, around);
  }
}

function whyEntry(setting: string, { tenantId, settings }: PaletteContext): Entry {
  const line = { id: 'why', group: paletteTexts.groups.act, label: paletteTexts.acts.why(setting) };
  if (tenantId === null) return { ...line, refusal: noTenant };
  const found = settings.find(({ name }) => name === setting);
  return found ? { ...line, to: settingPath(tenantId, setting) } : { ...line, refusal: unknown(setting) };
}

function setEntry(
  { setting, text }: Extract<Command, { kind: 'set' }>,
  { tenantId, settings, refusal }: PaletteContext,
): Entry {
  const line = {
    id: 'set',
    group: paletteTexts.groups.act,
    label: paletteTexts.acts.set(setting, text),
    hint: paletteTexts.acts.opensReview,
  };
  const found = settings.find(({ name }) => name === setting);
  if (tenantId === null) return { ...line, refusal: noTenant };
  if (refusal !== null) return { ...line, refusal };
  if (!found) return { ...line, refusal: unknown(setting) };
  return { ...line, act: { kind: 'set', tenantId, setting, value: readValue(text, found.types) } };
}

function undoEntry(tenantId: string | null, { refusal }: PaletteContext): Entry {
  const line = {
    id: 'undo',
    group: paletteTexts.groups.act,
    label: paletteTexts.acts.undo(tenantId),
    hint: paletteTexts.acts.showsFirst,
  };
  if (tenantId === null) return { ...line, refusal: noTenant };
  return refusal === null ? { ...line, act: { kind: 'undo', tenantId } } : { ...line, refusal };
}

function statusEntry(
  { kind, tenantId }: Extract<Command, { kind: 'suspend' | 'activate' }>,
  { isPlatformAdmin }: PaletteContext,
): Entry {
  const label = kind === 'suspend' ? words.suspendOne(tenantId) : words.activateOne(tenantId);
  const line = { id: kind, group: paletteTexts.groups.act, label, hint: paletteTexts.acts.opensReview };
  const wanted = kind === 'suspend' ? 'suspended' : 'active';
  return isPlatformAdmin
    ? { ...line, act: { kind: 'status', tenantId, wanted } }
    : { ...line, refusal: paletteTexts.acts.onlyPlatformAdmins };
}

function unknown(setting: string): string {
  return paletteTexts.acts.unknown(setting);
}
