import { useBrowserApp } from './browser-app.js';
import { checkPage } from './check-page.js';

const app = useBrowserApp();
const list = '/tenants/acme-law/documents';

describe('The documents of a tenant', () => {
  it('adds the files that are chosen, says what came of each, and shows the document that was added', async () => {
    const console = await app.openPage('tenant_admin', list);
    const { page } = console;
    await page.getByLabel('Files to add').setInputFiles([
      { name: 'refunds.md', mimeType: 'text/markdown', buffer: Buffer.from('# Refunds\n\nWithin 14 days.') },
      { name: 'photo.png', mimeType: 'image/png', buffer: Buffer.from('89504e470d0a1a0a', 'hex') },
    ]);
    await page.getByRole('button', { name: 'Add 2 documents' }).click();
    await page.getByText('All files are done, 1 failed').waitFor();
    await page.getByText('Added, 1 chunk').waitFor();
    await page.getByRole('alert').getByText('1 file sent, 1 failed.').waitFor();
    const uploads = page.getByRole('region', { name: 'Uploads' });
    expect(await console.copyAsCurl(uploads)).toContain(`-F 'file=@refunds.md'`);
    await page.getByText('The file "photo.png"').first().waitFor();
    await checkPage(console);
    await page.getByRole('link', { name: 'Refunds' }).click();
    await page.getByText('Within 14 days.').waitFor();
  });

  it('edits title and metadata by keyboard, finds the document by them, and takes the edit back', async () => {
    await app.tenant.admin.post('/v1/documents', { id: 'fees', title: 'Fees', text: 'Ten euros.' });
    const console = await app.openPage('tenant_admin', `${list}/fees`);
    const { page } = console;
    await console.tabTo(page.getByRole('button', { name: 'Edit' }));
    await console.press('Enter');
    await page.getByRole('dialog').waitFor();
    await page.getByLabel('Title').fill('Fees of 2026');
    await page.getByLabel('Metadata').fill('{"year": 2026}');
    await console.press('Control+Enter');
    await page.getByText('fees is changed').waitFor();
    const found = await app.openPage('member', `${list}?q=of%202026&filter=year%3D2026`);
    await found.page.getByRole('link', { name: 'Fees of 2026' }).waitFor();
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByRole('heading', { name: 'Fees', exact: true }).waitFor();
  });

  it('says that nothing matches a filter, and clears it', async () => {
    await app.tenant.admin.post('/v1/documents', { id: 'kept', title: 'Kept', text: 'Text.' });
    const { page } = await app.openPage('tenant_admin', `${list}?q=no-such-document`);
    await page.getByText('Nothing matches this filter').waitFor();
    await page.getByRole('button', { name: 'Clear filter' }).click();
    await page.getByRole('link', { name: 'Kept' }).waitFor();
    expect(await page.getByLabel('Search', { exact: true }).inputValue()).toBe('');
  });

  it('embeds all documents again, and shows the end also after a reload', async () => {
    await app.tenant.admin.post('/v1/documents', { id: 'again', title: 'Again', text: 'Text.' });
    const console = await app.openPage('tenant_admin', list);
    const { page } = console;
    await page.getByRole('button', { name: 'Embed all again' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Embed all again' }).click();
    const notice = page.getByRole('alert').filter({ hasText: 'Embedding all documents again has begun.' });
    expect(await console.copyAsCurl(notice)).toContain(`-X POST "$ATTUNE_URL"'/v1/documents/reindex'`);
    await page.getByText(': completed').waitFor();
    await page.reload();
    await page.getByText(': completed').waitFor();
  });

  it('tells members why they cannot add or change documents', async () => {
    const console = await app.openPage('member', list);
    const { page } = console;
    await page.getByRole('button', { name: 'Choose files' }).hover();
    await page.getByRole('tooltip', { name: 'Only admins of the tenant' }).waitFor();
  });
});
