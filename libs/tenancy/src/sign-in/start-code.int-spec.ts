import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ConsoleSession, consoleHeaders, signIn } from '#testing';
import { type TenancyApp, startTenancyApp } from '../../testing/tenancy-app.js';

describe('the code of the start message', () => {
  let folder: string;
  let app: TenancyApp;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'attune-code-'));
    app = await startTenancyApp({ url: '' }, { env: { DATA_DIR: folder } });
  });

  afterAll(async () => {
    await app.close();
    await rm(folder, { recursive: true });
  });

  it('signs in one of two who redeem it at the same time, as the operator', async () => {
    const code = app.notices.find((notice) => notice.startsWith('sign-in-code '))!.split(' ')[1]!;
    const redeem = () => signIn(app.platform, { code }).catch((error: Error) => error);
    const outcomes = await Promise.all([redeem(), redeem()]);
    const [session] = outcomes.filter((outcome): outcome is ConsoleSession => !(outcome instanceof Error));
    expect(outcomes.filter((outcome) => outcome instanceof Error).map(String)).toEqual([
      expect.stringMatching(/401.*works once/),
    ]);
    const { body } = await session!.client.get('/v1/platform/sessions');
    expect(body).toMatchObject({
      items: [{ actor: 'operator', role: 'platform_admin', tenant_id: null, current: true }],
    });
    const again = await app.platform.as(null).with(consoleHeaders).post('/v1/session', { code });
    expect(again.status).toBe(401);
  });
});
