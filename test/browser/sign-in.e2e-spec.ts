import { useBrowserApp } from './browser-app.js';

const app = useBrowserApp();

interface CreatedKey {
  readonly id: string;
  readonly key: string;
}

async function createAdminKey(name: string): Promise<CreatedKey> {
  const body = { name, role: 'platform_admin' };
  return (await app.platform.post<CreatedKey>('/v1/platform/api-keys', body)).body;
}

describe('The sign-in page', () => {
  it('says that a key is wrong, and opens the address that was asked for with the right one', async () => {
    const { page } = await app.openPage('nobody', '/tenants?q=acme');
    const sign = async (key: string): Promise<void> => {
      await page.getByLabel('API key').fill(key);
      await page.getByRole('button', { name: 'Sign in' }).click();
    };
    await sign('atn_0_wrong');
    await page.getByRole('alert').getByText('The key was not accepted').waitFor();
    await sign(app.replica.platformKey);
    await page.getByRole('heading', { name: 'Tenants' }).waitFor();
    expect(new URL(page.url()).search).toBe('?q=acme');
    expect(await page.evaluate('JSON.stringify([{ ...localStorage }, { ...sessionStorage }])')).not.toContain(
      app.replica.platformKey,
    );
  });
});

describe('A session that ends while a person works', () => {
  /** Opens the sheet that suspends a tenant, and ends the session under it. */
  async function suspendWithEndedSession(admin: CreatedKey) {
    const { id } = await app.createTenant();
    const console = await app.openPage({ key: admin.key }, `/tenants/${id}/administration`);
    await console.page.getByRole('button', { name: 'Suspend' }).click();
    const path = `/v1/platform/sessions?actor=key:${admin.id}`;
    expect((await app.platform.del<{ ended: number }>(path)).body.ended).toBe(1);
    await console.page.getByRole('button', { name: `Suspend: ${id}` }).click();
    await console.page.getByRole('dialog', { name: 'Sign in again' }).waitFor();
    const signIn = async (key: string): Promise<void> => {
      const dialog = console.page.getByRole('dialog', { name: 'Sign in again' });
      await dialog.getByLabel('API key').fill(key);
      await dialog.getByRole('button', { name: 'Sign in' }).click();
    };
    const status = async (): Promise<string> =>
      (await app.platform.get<{ status: string }>(`/v1/platform/tenants/${id}`)).body.status;
    return { id, page: console.page, signIn, status };
  }

  it('the request is sent again once the same person has signed in again', async () => {
    const admin = await createAdminKey('first admin');
    const { id, page, signIn, status } = await suspendWithEndedSession(admin);
    await signIn(admin.key);
    await page.getByText(`${id} is suspended now.`).waitFor();
    expect(await status()).toBe('suspended');
  });

  it('the request is not sent when another person signs in, who is told so', async () => {
    const [admin, other] = [await createAdminKey('second admin'), await createAdminKey('third admin')];
    const { page, signIn, status } = await suspendWithEndedSession(admin);
    await signIn(other.key);
    await page.getByText('You are third admin now, and this page was opened by second admin.').waitFor();
    await page.getByRole('button', { name: 'Go on as third admin' }).click();
    await page.getByRole('heading', { name: 'Administration' }).waitFor();
    expect(await status()).toBe('active');
  });

  it('another person of the same role goes on with what was entered, and sends it under their own name', async () => {
    const [admin, other] = [await createAdminKey('fourth admin'), await createAdminKey('fifth admin')];
    const { id, page, signIn, status } = await suspendWithEndedSession(admin);
    await page.evaluate('document.body.dataset.isSamePage = "true"');
    await signIn(other.key);
    await page.getByRole('button', { name: 'Go on as fifth admin' }).click();
    const sheet = page.getByRole('dialog', { name: `Suspend: ${id}` });
    await sheet.getByText('The request was not sent').waitFor();
    expect(await status()).toBe('active');
    await sheet.getByRole('button', { name: `Suspend: ${id}` }).click();
    await page.getByText(`${id} is suspended now.`).waitFor();
    expect(await page.evaluate('document.body.dataset.isSamePage')).toBe('true');
    const acts = await app.platform.get<{ items: { actor: string }[] }>(
      `/v1/platform/audit?tenant_id=${id}&action=tenant.suspend`,
    );
    expect(acts.body.items[0]!.actor).toBe(`key:${other.id}`);
  });

  it('another person of another role is told that the form is lost, before they go on', async () => {
    const admin = await createAdminKey('sixth admin');
    const { id, page, signIn } = await suspendWithEndedSession(admin);
    await signIn(app.tenant.adminKey);
    await page.getByText('what you entered in this form is lost').waitFor();
    await page.getByRole('button', { name: /^Go on as / }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(await page.getByRole('button', { name: `Suspend: ${id}` }).count()).toBe(0);
  });
});
