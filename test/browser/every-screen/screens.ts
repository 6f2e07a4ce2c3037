import type { Page } from 'playwright-core';

/** The ids of what the screens show, by the name of the parameter, or by the first part of the path where that is `:id`. */
export type ScreenIds = Readonly<Record<string, string>>;

/** A screen of the console, and what its proof needs to know. */
export interface Screen {
  /** As the router writes it. */
  readonly path: string;
  /** Its heading while it has something to show. */
  readonly title: string;
  /** What it says while there is nothing. */
  readonly empty: string;
  /** How a person gets there from the screen before it in the list; else by its link in the navigation. */
  readonly click?: (page: Page) => Promise<void>;
  /** A form that can be filled in at once has no outline. */
  readonly hasNoOutline?: boolean;
}

/** The address of every webhook that is made for the proof. */
export const webhookUrl = 'https://hooks.example.com/attune';
const notFound = 'It may have been deleted, or the address is wrong.';

const clickFirstRow = (page: Page): Promise<void> => page.locator('main tbody a').first().click();
const clickButton = (name: string) => (page: Page) => page.getByRole('link', { name, exact: true }).click();

const below = (prefix: string, screens: readonly Screen[]): readonly Screen[] =>
  screens.map((screen) => ({ ...screen, path: prefix + screen.path }));

/** The screens of a tenant, in the order in which a person clicks through them. */
export const tenantScreens = below('tenants/:tenantId/', [
  { path: 'overview', title: 'Overview', empty: 'First steps' },
  { path: 'usage', title: 'Usage', empty: 'No queries in this period' },
  { path: 'configuration', title: 'Configuration', empty: 'Temperature' },
  { path: 'history', title: 'History', empty: 'created' },
  { path: 'documents', title: 'Documents', empty: 'No documents yet' },
  { path: 'documents/:docId', title: 'Refunds', empty: notFound, click: clickFirstRow },
  { path: 'playground', title: 'Playground', empty: 'Answers appear here' },
  { path: 'retrieval', title: 'Retrieval', empty: 'Chunks appear here' },
  { path: 'replay', title: 'Replay', empty: 'Questions are not kept' },
  { path: 'golden-questions', title: 'Golden questions', empty: 'No golden questions yet' },
  { path: 'api-keys', title: 'API keys', empty: 'tenant admin' },
  { path: 'webhooks', title: 'Webhooks', empty: 'No webhooks yet' },
  { path: 'webhooks/:webhookId', title: webhookUrl, empty: notFound, click: clickFirstRow },
  { path: 'prompt', title: 'Prompt', empty: 'system message' },
  { path: 'branding', title: 'Branding and domain', empty: 'Check now' },
  { path: 'requests', title: 'Requests', empty: 'No requests' },
]);

/** The screens of whoever is signed in. */
export const accountScreens: readonly Screen[] = [
  { path: 'account/sessions', title: 'Your sessions', empty: 'this one' },
];

/** Pages without the console around them; the tests of the sign-in prove them. */
export const barePaths: readonly string[] = ['account/signed-in'];

/** The screens of a tenant that only the platform has. */
export const platformTenantScreens = below('tenants/:tenantId/', [
  { path: 'investigate', title: 'Investigate globex', empty: notFound },
  { path: 'administration', title: 'Administration', empty: notFound },
]);

/** The screens of the platform. */
export const platformScreens: readonly Screen[] = [
  { path: 'tenants', title: 'Tenants', empty: 'No tenants yet' },
  { path: 'replicas', title: 'Replicas', empty: '0 active, 0 suspended' },
  { path: 'bulk-updates', title: 'Bulk updates', empty: 'No bulk update yet' },
  { path: 'bulk-updates/:id', title: 'Bulk update', empty: notFound, click: clickFirstRow },
  {
    path: 'bulk-updates/new',
    title: 'New bulk update',
    empty: 'What would happen',
    click: async (page) => {
      await page.goBack();
      await clickButton('New bulk update')(page);
    },
    hasNoOutline: true,
  },
  { path: 'approvals', title: 'Approvals', empty: 'Nothing waits' },
  { path: 'rollouts', title: 'Rollouts', empty: 'No rollout yet' },
  { path: 'rollouts/:id', title: 'more chunks', empty: notFound, click: clickFirstRow },
  {
    path: 'rollouts/new',
    title: 'New rollout',
    empty: 'What would happen',
    click: async (page) => {
      await page.goBack();
      await clickButton('New rollout')(page);
    },
    hasNoOutline: true,
  },
  { path: 'plans', title: 'Plans', empty: 'basic' },
  {
    path: 'plans/:plan',
    title: 'Plan pro',
    empty: 'This plan does not exist yet.',
    click: clickButton('pro'),
  },
  { path: 'models', title: 'Models', empty: 'gpt-4' },
  {
    path: 'models/:id',
    title: 'gpt-4',
    empty: 'This model is not in the catalogue yet.',
    click: clickButton('gpt-4'),
  },
  { path: 'defaults', title: 'Defaults', empty: 'retrieval_alpha' },
  { path: 'usage', title: 'Usage', empty: 'No usage yet' },
  { path: 'audit', title: 'Audit', empty: 'Nothing is ever removed.' },
  { path: 'identity', title: 'Identity', empty: 'No identity connection yet' },
  { path: 'identity/:id', title: 'Kept', empty: notFound, click: clickFirstRow },
  { path: 'platform-keys', title: 'Platform keys', empty: 'platform admin' },
  { path: 'sessions/all', title: 'Sessions', empty: 'this one' },
  { path: 'platform-webhooks', title: 'Platform webhooks', empty: 'No webhook yet' },
  { path: 'emergency', title: 'Emergency', empty: 'No rollout is running.' },
];

/** The address of a screen. */
export function addressOf({ path }: Screen, ids: ScreenIds): string {
  const idOf = (name: string): string => ids[name === 'id' ? path.split('/')[0]! : name] ?? 'none';
  return `/${path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(idOf(name)))}`;
}
