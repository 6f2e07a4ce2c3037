import { useBrowserApp } from '../browser-app.js';
import type { ConsolePage } from '../console-page.js';
import { checkPage } from '../check-page.js';
import { fillTenant } from './fill-console.js';
import { type ProofPages, openProofPages, proveEmptyScreen, proveScreen } from './prove-screen.js';
import { type ScreenIds, accountScreens, tenantScreens } from './screens.js';

const app = useBrowserApp();
let ids: ScreenIds;
let pages: ProofPages;
let newTenant: { readonly ids: ScreenIds; readonly page: ConsolePage };

beforeAll(async () => {
  ids = await fillTenant(app.tenant);
  pages = await openProofPages(app, 'tenant_admin');
  const { id, adminKey } = await app.createTenant();
  newTenant = { ids: { tenantId: id }, page: await app.openPage({ key: adminKey }, '/account/sessions') };
});

describe('Every screen of a tenant', () => {
  it('what is around the screens of a tenant passes every check', async () => {
    await checkPage(pages.opened);
  });

  it.each([...tenantScreens, ...accountScreens])(
    '$path has the same content by clicks and by its address, and passes every check also while it loads and when it fails',
    async (screen) => {
      expect(await proveScreen(screen, ids, pages)).toEqual([]);
    },
  );

  it.each([...tenantScreens, ...accountScreens])(
    '$path of a new tenant says what would be there, and passes every check',
    async (screen) => {
      expect(await proveEmptyScreen(screen, newTenant.ids, newTenant.page)).toEqual([]);
    },
  );
});
