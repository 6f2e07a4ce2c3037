import { useBrowserApp } from './browser-app.js';
import { checkPage } from './check-page.js';

const app = useBrowserApp();
/** What is said before money is spent. */
const costs = /^Costs about .*\$.* at most\.$/;
const playground = '/tenants/acme-law/playground';

beforeAll(async () => {
  const texts = { refunds: 'Refunds are paid within 14 days.', fees: 'A refund has a fee of ten euros.' };
  for (const [id, text] of Object.entries(texts))
    await app.tenant.admin.post('/v1/documents', { id, title: id, text });
});

describe('The playground', () => {
  it("asks one question under today's settings and under the draft, keeps a right answer, and carries the draft to its review", async () => {
    const console = await app.openPage(
      'tenant_admin',
      `${playground}?question=When%20are%20refunds%20paid%3F`,
    );
    const { page } = console;
    await page.getByLabel('Add a setting').selectOption({ label: 'Chunks in the prompt' });
    await page.locator('#setting-retrieval_top_k').fill('1');
    await page.getByText('2 queries').waitFor();
    await page.getByLabel('Question').press('Control+Enter');
    await page.getByRole('article', { name: 'Today' }).waitFor();
    await page.getByRole('article', { name: 'Proposed' }).waitFor();
    expect(await page.getByText('Sources proposed').locator('..').getByRole('listitem').count()).toBe(1);
    expect(await page.getByText('Sources today').locator('..').getByRole('listitem').count()).toBe(2);
    await checkPage(console);
    await page.getByRole('button', { name: 'This was right' }).click();
    await page.getByRole('button', { name: 'Add 1 question' }).click();
    await page.getByText('The golden question is added').waitFor();
    const kept = await app.tenant.admin.get<{ items: { question: string }[] }>('/v1/golden-questions');
    expect(kept.body.items.map(({ question }) => question)).toEqual(['When are refunds paid?']);
    await page.getByRole('link', { name: 'Review and save' }).click();
    await page.waitForURL('**/configuration?review=1');
    const sheet = page.getByRole('dialog');
    await sheet.getByText('1 golden question must pass').waitFor();
    await sheet.getByText(costs).waitFor();
    const config = await app.tenant.admin.get<{ version: number }>('/v1/config');
    expect(config.body.version).toBe(1);
  });

  it('shows the fault at the setting that the API refuses, and asks again once it is corrected', async () => {
    const { page } = await app.openPage('tenant_admin', playground);
    await page.getByLabel('Add a setting').selectOption({ label: 'Prompt' });
    await page.locator('#setting-system_prompt_template').fill('Answer {contxt}');
    await page.getByRole('button', { name: 'Ask both' }).click();
    await page.getByRole('alert').first().waitFor();
    await page.locator('#setting-system_prompt_template').fill('Answer. {context}');
    await page.getByRole('button', { name: 'Ask both' }).click();
    await page.getByRole('article', { name: 'Proposed' }).waitFor();
  });
});

describe('The playground of the platform', () => {
  it('says what a question costs at most', async () => {
    const { page } = await app.openPage('platform_admin', playground);
    await page.getByText(/^1 query, about .*\$.* at most/).waitFor();
  });
});

describe('The golden questions', () => {
  it('a fault of a field of several values moves the focus into it, and its text is beside it', async () => {
    const console = await app.openPage('tenant_admin', '/tenants/acme-law/golden-questions');
    const { page } = console;
    await page.getByRole('button', { name: 'Add a question' }).click();
    const sheet = page.getByRole('dialog');
    await sheet.getByLabel('Question').fill('What does it cost?');
    const phrases = sheet.getByLabel('Phrases that the answer must contain').first();
    await phrases.fill('x'.repeat(501));
    await phrases.press('Enter');
    await sheet.getByRole('button', { name: 'Add 1 question' }).click();
    await phrases.and(page.locator(':focus')).waitFor();
    await sheet
      .getByText(/^expect_phrases.*500/)
      .first()
      .waitFor();
  });

  it('adds a question by keyboard, asks all, names what an answer lacks, and takes a deletion back', async () => {
    const console = await app.openPage('tenant_admin', '/tenants/acme-law/golden-questions');
    const { page } = console;
    await console.tabTo(page.getByRole('button', { name: 'Add a question' }));
    await console.press('Enter');
    await page.getByRole('dialog').getByLabel('Question').fill('What is the fee?');
    await page.getByLabel('Phrases that the answer must contain').first().fill('a hundred pounds');
    await console.press('Enter', 'Control+Enter');
    await page.getByText('The golden question is added').waitFor();
    await page.getByRole('button', { name: 'Ask all' }).click();
    await page.getByRole('dialog').getByText(costs).waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'Ask all' }).click();
    await page.getByText(/^The golden questions were asked: \d passed, 1 failed\.$/).waitFor();
    await page.getByText('the answer does not contain “a hundred pounds”').waitFor();
    await console.settle();
    await checkPage(console);
    const row = page.getByRole('row', { name: 'What is the fee?' });
    await row.getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('button', { name: 'Delete 1 question' }).click();
    await row.waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Undo' }).last().click();
    await row.waitFor();
  });
});
