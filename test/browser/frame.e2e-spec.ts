import { useBrowserApp } from './browser-app.js';
import { checkPage } from './check-page.js';

const app = useBrowserApp();

describe('The console', () => {
  it('asks a visitor who is not signed in for an API key, on a page that axe finds nothing on', async () => {
    const console = await app.openPage('nobody', '/tenants');
    await console.page.getByRole('button', { name: 'Sign in' }).waitFor();
    await checkPage(console);
  });

  it('says at an unknown address that nothing is there, on a page that axe finds nothing on', async () => {
    const console = await app.openPage('platform_admin', '/tenants/no-such-screen/x');
    await console.page.getByText('Nothing is here').waitFor();
    await checkPage(console);
  });
});
