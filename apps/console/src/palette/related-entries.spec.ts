import { screensOf } from '../shell/navigation.js';
import type { Session } from '../session/session-context.js';
import { wordsOfScreens, wordsOfSettings } from './everyday-words.texts.js';
import { relatedEntries } from './related-entries.js';

const session = { role: 'platform_admin', tenant_id: null } as Session;
const settings = Object.keys(wordsOfSettings).map((name) => ({ name, title: name, types: [] }));
const context = {
  tenantId: 'acme',
  screens: screensOf(session, 'acme'),
  settings,
  refusal: null,
  isPlatformAdmin: true,
};
const find = (input: string): readonly string[] =>
  relatedEntries(input, context).map(({ to, label }) => to ?? label);

it.each([
  ['creativity', '/tenants/acme/configuration?setting=temperature'],
  ['picture', '/tenants/acme/configuration?setting=ui_logo_url'],
  ['logo', '/tenants/acme/branding'],
  ['bill', '/tenants/acme/usage'],
  ['cost', '/usage'],
  ['people', '/tenants/acme/api-keys'],
  ['users', '/identity'],
  ['password', '/platform-keys'],
  ['log out', 'Sign out'],
  ['dark mode', 'Dark colours'],
])('the everyday word "%s" finds %s', (input, found) => {
  expect(find(input)).toContain(found);
});

it('what has the word in its name is not found a second time', () => {
  expect(find('usage')).toEqual([]);
  expect(find('temperature')).toEqual([]);
});

it('an empty search has no related entries', () => expect(find('  ')).toEqual([]));

it('every screen and no other path has everyday words', () => {
  const paths = new Set(context.screens.map(({ path }) => path));
  expect(Object.keys(wordsOfScreens).toSorted()).toEqual([...paths].toSorted());
});
