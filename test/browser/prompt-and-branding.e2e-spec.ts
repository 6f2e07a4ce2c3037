import { useBrowserApp } from './browser-app.js';
import { checkPage } from './check-page.js';

const app = useBrowserApp();
const screens = '/tenants/acme-law';

describe('The prompt editor', () => {
  it('names the fault of an unknown variable, counts, and gives the edit to the draft that the playground shows', async () => {
    const console = await app.openPage('tenant_admin', `${screens}/prompt`);
    const { page } = console;
    const editor = page.getByRole('textbox', { name: 'Prompt', exact: true });
    await editor.fill('Answer kindly. {colour} {context}');
    await page.getByText('33 of 2,000 characters').waitFor();
    await page.getByText('Without a value: colour').waitFor();
    await page.locator('[data-fault=true]').waitFor();
    await editor.fill('Answer {question} kindly. {context}');
    await page.locator('[data-fault=true]').waitFor({ state: 'detached' });
    await page.getByText('This is the whole user message').waitFor();
    await console.settle();
    await checkPage(console);
    await page.getByRole('link', { name: 'Try it in the playground' }).click();
    await page.locator('#setting-system_prompt_template').waitFor();
    expect(await page.locator('#setting-system_prompt_template').inputValue()).toBe(
      'Answer {question} kindly. {context}',
    );
  });

  it('completes a name after a brace by keyboard, and the browser takes it back', async () => {
    const console = await app.openPage('tenant_admin', `${screens}/prompt`);
    const { page } = console;
    const editor = page.getByRole('textbox', { name: 'Prompt', exact: true });
    await editor.fill('Answer ');
    await page.keyboard.type('{q');
    await page.getByRole('option', { name: '{question}', exact: true, selected: true }).waitFor();
    await console.press('Enter');
    expect(await editor.inputValue()).toBe('Answer {question}');
    await page.getByRole('listbox').waitFor({ state: 'detached' });
    await console.press('Control+z');
    expect(await editor.inputValue()).toBe('Answer {q');
    await page.keyboard.type('{');
    await console.press('Escape', 'Tab');
    await page.getByRole('listbox').waitFor({ state: 'detached' });
  });

  it('the prompt editor is left with the Tab key', async () => {
    const console = await app.openPage('tenant_admin', `${screens}/prompt`);
    const editor = console.page.getByRole('textbox', { name: 'Prompt', exact: true });
    await console.tabTo(editor);
    await console.press('Tab');
    expect(
      await editor.evaluate((element) =>
        (element as { matches(selector: string): boolean }).matches(':focus'),
      ),
    ).toBe(false);
  });
});

describe('The variables of the prompt', () => {
  it('a variable that is added has the focus in its name', async () => {
    const { id, adminKey } = await app.createTenant();
    const console = await app.openPage({ key: adminKey }, `/tenants/${id}/configuration`);
    const { page } = console;
    await page.getByRole('button', { name: 'Add a variable' }).click();
    await page.keyboard.type('tone');
    await expect(page.getByRole('textbox', { name: 'Name 1' }).inputValue()).resolves.toBe('tone');
    await console.press('Tab');
    await page.keyboard.type('calm');
    await expect(page.getByRole('textbox', { name: 'Value 1' }).inputValue()).resolves.toBe('calm');
  });
});

describe('Branding and domain', () => {
  it('shows how readable text on the colour is, and the record that proves a saved domain', async () => {
    await app.tenant.admin.patch('/v1/config', { custom_domain: 'help.acme.example' });
    const console = await app.openPage('tenant_admin', `${screens}/branding`);
    const { page } = console;
    await page.locator('#setting-ui_primary_color').fill('#767676');
    await page.getByText('White text: 4.54 to 1, readable').waitFor();
    await page.getByRole('button', { name: 'Check now' }).click();
    await page.getByText('_attune.help.acme.example TXT').waitFor();
    await console.settle();
    await checkPage(console);
  });
});

describe('The requests of a tenant', () => {
  it('shows what waits, withdraws it by keyboard, and makes it the draft again', async () => {
    const asked = await app.tenant.admin.post('/v1/config/change-requests', {
      temperature: 0.2,
      reason: 'calmer answers',
    });
    expect(asked.status).toBe(201);
    const console = await app.openPage('tenant_admin', `${screens}/requests?state=pending`);
    const { page } = console;
    await page.getByText('calmer answers').waitFor();
    await console.tabTo(page.getByRole('button', { name: 'Withdraw' }));
    await console.press('Enter');
    await page.getByRole('dialog').waitFor();
    await console.press('Control+Enter');
    await page.getByText('No request of this tenant is in this state.').waitFor();
    await console.open(`${screens}/requests`);
    await page.getByRole('button', { name: 'Ask again' }).click();
    await page.waitForURL('**/configuration?review=1');
    await console.open(`${screens}/playground`);
    expect(await page.locator('#setting-temperature').inputValue()).toBe('0.2');
  });
});

describe('Own sessions', () => {
  it('lists the sessions of the person, and ends another one on every replica at once', async () => {
    const cookie = await signInElsewhere();
    const console = await app.openPage('tenant_admin', '/account/sessions');
    const { page } = console;
    await page.getByText('this one').waitFor();
    await page.getByRole('row', { name: '10.0.1.1' }).getByRole('button', { name: 'End' }).click();
    await page.getByRole('button', { name: 'End 1 session' }).click();
    await page.getByText('The session of 10.0.1.1 has ended').waitFor();
    const refused = await fetch(`${app.replica.url}/v1/session`, { headers: { cookie } });
    expect(refused.status).toBe(401);
  });
});

/** Signs the admin in from another address. Returns the cookie. */
async function signInElsewhere(): Promise<string> {
  const response = await fetch(`${app.replica.url}/v1/session`, {
    method: 'POST',
    headers: {
      origin: app.replica.url,
      'attune-console': '1',
      'content-type': 'application/json',
      'x-forwarded-for': '10.0.1.1',
    },
    body: JSON.stringify({ api_key: app.tenant.adminKey }),
  });
  expect(response.status).toBe(204);
  return response.headers.get('set-cookie')!.split(';')[0]!;
}
