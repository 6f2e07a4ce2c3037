import { readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { waitFor } from '../../../testing/src/index.js';
import { useTestService } from '../../testing/use-test-service.js';
import { type Configuration, AttuneNotReadyError } from '../index.js';

const fixture = useTestService();

describe('a client whose service does not answer', () => {
  it('ready fails in the end, and the error says why', async () => {
    const attune = fixture.open({ url: await fixture.unreachableUrl() });
    await expect(attune.ready({ timeoutMs: 100 })).rejects.toThrow(
      /Not ready after 100 ms: unreachable\..*ECONNREFUSED/,
    );
  });

  it('a client with a file does not need the service, and says so', async () => {
    const file = join(fixture.folder, 'settings');
    const first = fixture.open({ file });
    await first.ready();
    fixture.service.change({ temperature: 0.3 });
    await waitFor(() => first.status().version === 2);
    await first.close();
    const attune = fixture.open({ file, url: await fixture.unreachableUrl() });
    expect(await attune.ready()).toMatchObject({ source: 'file', stale: true, version: 2 });
    expect(attune.get('temperature')).toBe(0.3);
    expect(attune.status().ageMs).toBeGreaterThanOrEqual(0);
    await expect(attune.ready({ timeoutMs: 50, requireFresh: true })).rejects.toThrow(/unreachable/);
  });

  it('a client with a bootstrap does not need the service', async () => {
    const bootstrap = { tenant_id: 'acme', version: 4, temperature: 0.4 } as Configuration;
    const attune = fixture.open({ url: await fixture.unreachableUrl(), bootstrap });
    expect(attune.get('temperature')).toBe(0.4);
    expect(await attune.ready()).toMatchObject({ source: 'bootstrap', stale: true });
    expect(Object.isFrozen(bootstrap)).toBe(false);
  });
});

describe('the file', () => {
  async function written(): Promise<string> {
    const file = join(fixture.folder, 'settings');
    const client = fixture.open({ file });
    await client.ready();
    await client.close();
    return file;
  }

  it('the file is complete, for its owner only, and leaves no other file behind', async () => {
    const file = await written();
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(fixture.folder)).toEqual(['settings']);
  });

  it.each([
    ['was cut', (text: string) => text.slice(0, -20)],
    ['was changed', (text: string) => text.replace('0.7', '0.9')],
    ['is empty', () => ''],
    ['is of another kind', () => '{"temperature": 0.9}'],
  ])('a file that %s is ignored', async (_title, damage) => {
    const file = await written();
    writeFileSync(file, damage(readFileSync(file, 'utf8')));
    const attune = fixture.open({ file, url: await fixture.unreachableUrl() });
    await expect(attune.ready({ timeoutMs: 150 })).rejects.toThrow(AttuneNotReadyError);
    expect(attune.get('temperature')).toBeUndefined();
  });

  it('a file of another tenant is ignored if the tenant is named', async () => {
    const file = await written();
    const attune = fixture.open({ file, tenant: 'globex', mode: 'offline' });
    await expect(attune.ready({ timeoutMs: 150 })).rejects.toThrow(AttuneNotReadyError);
  });

  it('a file that is too old is ignored if a longest age is asked for', async () => {
    const file = await written();
    await new Promise((resolve) => setTimeout(resolve, 5));
    const attune = fixture.open({ file, mode: 'offline', maxFileAgeMs: 1 });
    await expect(attune.ready({ timeoutMs: 150 })).rejects.toThrow(AttuneNotReadyError);
  });

  it('a file that cannot be written is reported, and the client goes on', async () => {
    const attune = fixture.open({ file: join(fixture.folder, 'missing', 'settings') });
    const errors: unknown[] = [];
    attune.on('file-error', (error) => errors.push(error));
    await attune.ready();
    await waitFor(() => errors.length > 0);
    expect(attune.get('temperature')).toBe(0.7);
  });

  it('the file never holds safe defaults', async () => {
    fixture.service.source = 'defaults';
    const file = await written();
    expect(readdirSync(fixture.folder)).toEqual([]);
    expect(() => statSync(file)).toThrow(/ENOENT/);
  });
});
