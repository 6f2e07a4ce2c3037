import { createTenant } from '../../app/test-app.js';
import { useBrowserApp } from '../browser-app.js';
import { checkPage } from '../check-page.js';
import type { ConsolePage } from '../console-page.js';
import { fillPlatform } from './fill-console.js';
import { type ProofPages, openProofPages, proveEmptyScreen, proveScreen } from './prove-screen.js';
import {
  type ScreenIds,
  addressOf,
  platformScreens,
  platformTenantScreens,
  tenantScreens,
} from './screens.js';

const app = useBrowserApp();
const screens = [...platformTenantScreens, ...platformScreens];
describe('Every screen of a platform without tenants', () => {
  let reader: ConsolePage;
  beforeAll(async () => {
    await app.platform.del(`/v1/platform/tenants/${app.tenant.id}`);
    reader = await app.openPage('platform_reader', '/');
  });

  it.each(screens)('$path says what would be there, and passes every check', async (screen) => {
    const found = await proveEmptyScreen(screen, { tenantId: 'none' }, reader);
    expect(found).toEqual([]);
  });
});

describe('Every screen of the platform', () => {
  let ids: ScreenIds;
  let pages: ProofPages;
  beforeAll(async () => {
    pages = await openProofPages(app, 'platform_admin');
    ids = await fillPlatform(app.platform, await createTenant(app.platform, 'globex'));
    await pages.clicked.open('/tenants/globex/overview');
  });

  it.each(['/tenants', '/tenants/globex/administration'])(
    'what is around %s passes every check',
    async (address) => {
      await checkPage(await pages.opened.open(address));
    },
  );

  it.each(screens)(
    '$path has the same content by clicks and by its address, and passes every check also while it loads and when it fails',
    async (screen) => {
      expect(await proveScreen(screen, ids, pages)).toEqual([]);
    },
  );

  it.each(tenantScreens)('$path shows the platform what the tenant has', async (screen) => {
    const { opened } = pages;
    await opened.go(addressOf(screen, ids));
    await opened.page.getByRole('heading', { level: 1, name: screen.title, exact: true }).waitFor();
    expect(await opened.page.getByRole('main').getByRole('alert').allTextContents()).toEqual([]);
  });
});
