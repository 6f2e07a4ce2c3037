import { useBrowserApp } from './browser-app.js';
import { checkPage } from './check-page.js';

const app = useBrowserApp();
const screens = '/tenants/acme-law';

/** Wider than a narrow page. */
const longTitle = (id: string): string => `All that customers should know of ${id} before they ask`;

beforeAll(async () => {
  const texts = {
    refunds: 'Refunds are paid within 14 days.',
    fees: 'A refund has a fee of ten euros.',
    pets: 'Pets are allowed in the office.',
  };
  for (const [id, text] of Object.entries(texts))
    await app.tenant.admin.post('/v1/documents', { id, title: longTitle(id), text });
  await app.tenant.admin.patch('/v1/config', { log_questions: true });
});

describe('The retrieval screen', () => {
  it('shows what the settings of today and tried ones find, with the scores, and puts the tried ones into the draft', async () => {
    const console = await app.openPage('tenant_admin', `${screens}/retrieval`);
    const { page } = console;
    await page.getByText('Chunks appear here').waitFor();
    await page.getByLabel('Question').fill('When are refunds paid?');
    await page.getByRole('slider', { name: 'Chunks in the prompt' }).fill('1');
    await page.getByRole('button', { name: 'Search under both' }).click();
    const tried = page.getByText('Sources proposed', { exact: true }).locator('..');
    await tried.getByText('left out').nth(0).waitFor();
    await expect(tried.getByRole('listitem').nth(0).innerText()).resolves.not.toContain('left out');
    const scores = page.getByRole('table', { name: 'Scores' });
    await scores.getByRole('cell', { name: 'left out: after the last place' }).nth(0).waitFor();
    await page.waitForURL(/top_k=1/);
    await console.settle();
    await checkPage(console);
    await page.getByRole('button', { name: 'Put into the draft' }).click();
    await page.getByRole('link', { name: 'Review and save' }).click();
    await page.getByRole('dialog').getByText('Chunks in the prompt').waitFor();
  });

  it('lets a member search under the settings of today, and tells the platform why it may not', async () => {
    const { page } = await app.openPage('member', `${screens}/retrieval?question=refunds`);
    await page.getByRole('button', { name: 'Search', exact: true }).click();
    await page.getByRole('table', { name: 'Scores' }).waitFor();
    const platform = await app.openPage('platform_admin', `${screens}/retrieval?question=refunds`);
    await platform.page.locator('button[aria-disabled=true]', { hasText: 'Search' }).waitFor();
  });
});

describe('The replay screen', () => {
  it('asks logged questions again under the draft, and lists those that changed most first', async () => {
    for (const question of ['When are refunds paid?', 'Are pets allowed?'])
      await app.tenant.member.post('/v1/query', { question });
    const console = await app.openPage('tenant_admin', `${screens}/replay`);
    const { page } = console;
    await page.getByText('There is no draft').waitFor();
    await checkPage(console);
    await page.evaluate(
      `sessionStorage.setItem('attune-draft:acme-law', '{"baseVersion":2,"patch":{"retrieval_top_k":1}}')`,
    );
    await page.reload();
    await page.getByRole('button', { name: 'Ask up to 25 questions twice' }).click();
    const sheet = page.getByRole('dialog');
    await sheet
      .getByText(/^At most about .*\$.* for each question that was kept, .*\$.* for 25\.$/)
      .waitFor();
    await sheet.getByRole('button', { name: 'Ask up to 25 questions twice' }).click();
    await page.getByText('The replay of up to 25 questions has begun.').waitFor();
    await page.getByText('2 of 2 asked: completed').waitFor();
    await page.getByRole('button', { name: 'Show answers to Are pets allowed?' }).click();
    const answer = page.getByRole('article', { name: 'Under the draft' }).getByText('Pets are allowed');
    await answer.waitFor();
    const link = page.url();
    await page.goBack();
    await answer.waitFor({ state: 'detached' });
    await page.goto(link);
    await answer.waitFor();
    await console.settle();
    await checkPage(console);
    await console.open(`${screens}/replay`);
    await page.getByRole('link', { name: 'Show your last replay' }).click();
    await page.getByText('2 of 2 asked: completed').waitFor();
  });

  it('says which questions are replayed, and leads to the setting that keeps them and to the golden questions', async () => {
    const { id, adminKey } = await app.createTenant();
    const { page } = await app.openPage({ key: adminKey }, `/tenants/${id}/replay`);
    await page
      .getByText('Questions of the playground, golden questions and earlier replays are not kept.')
      .waitFor();
    await page.getByRole('link', { name: /golden questions under the draft/ }).waitFor();
    await page.getByRole('link', { name: 'To “Keep questions”' }).click();
    await page.waitForURL(`**/tenants/${id}/configuration?setting=log_questions`);
  });
});
