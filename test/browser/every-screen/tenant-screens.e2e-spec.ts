import { useBrowserApp } from '../browser-app.js';
import type { ConsolePage } from '../console-page.js';
import { checkPage } from '../check-page.js';
import { fillTenant } from './fill-console.js';
import {
  type ProofPages,
  openProofPages,
  proveEmptyScreen,
  proveReadOnlyScreen,
  proveScreen,
} from './prove-screen.js';
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

describe('Every screen of a tenant that may only read', () => {
  let member: ConsolePage;
  beforeAll(async () => {
    member = await app.openPage('member', '/account/sessions');
  });

  it.each(tenantScreens)('$path shows a member no act that the service refuses', async (screen) => {
    expect(await proveReadOnlyScreen(screen, ids, member)).toEqual([]);
  });

  it('what is around the screens tells the people of a suspended tenant, and the platform, that it is suspended', async () => {
    await app.platform.patch(`/v1/platform/tenants/${app.tenant.id}`, { status: 'suspended' });
    await pages.opened.open('/tenants/acme-law/webhooks');
    const { page } = await app.openPage('platform_admin', '/tenants/acme-law/webhooks');
    const [own, platform] = [pages.opened.page, page].map((each) => each.getByText(/tenant is suspended/));
    await own!.first().waitFor();
    await platform!.waitFor();
  });

  it.each(tenantScreens)(
    '$path of a suspended tenant shows its admin no act that the service refuses',
    async (screen) => {
      expect(await proveReadOnlyScreen(screen, ids, pages.opened)).toEqual([]);
    },
  );
});
