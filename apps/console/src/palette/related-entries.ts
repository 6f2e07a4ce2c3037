import { matches } from './command.js';
import { type Entry, type PaletteContext, settingPath } from './entries.js';
import { shellActs, wordsOfScreens, wordsOfSettings } from './everyday-words.texts.js';
import { paletteTexts } from './palette.texts.js';

const group = paletteTexts.groups.related;

/** What an everyday word may mean: screens and settings with another name, and the acts of the shell. They come after all that has the word itself. */
export function relatedEntries(
  input: string,
  { screens, settings, tenantId }: PaletteContext,
): readonly Entry[] {
  const search = input.trim();
  if (search === '') return [];
  const screenEntries = screens
    .filter(({ path, label }) => !matches(search, label) && begins(search, wordsOfScreens[path]))
    .map(({ to, label }) => ({ id: to, group, label, to }));
  const settingEntries = settings
    .filter(({ name, title }) => !matches(search, name, title) && begins(search, wordsOfSettings[name]))
    .map(({ name, title }) => ({
      id: `setting ${name}`,
      group,
      label: title,
      hint: name,
      to: settingPath(tenantId ?? '', name),
    }));
  return [...settingEntries, ...screenEntries, ...actEntries(search)];
}

function actEntries(search: string): readonly Entry[] {
  const { signOut, light, dark } = shellActs;
  const entries = [
    { ...signOut, act: { kind: 'sign-out' } },
    { ...light, act: { kind: 'colours', scheme: 'light' } },
    { ...dark, act: { kind: 'colours', scheme: 'dark' } },
  ] as const;
  return entries
    .filter(({ words }) => begins(search, words))
    .map(({ label, act }) => ({ id: label, group, label, act }));
}

/** True if each word of the search begins one of the words. */
function begins(search: string, words = ''): boolean {
  const known = words.split(' ');
  return search
    .toLowerCase()
    .split(/\s+/)
    .every((part) => known.some((word) => word.startsWith(part)));
}
