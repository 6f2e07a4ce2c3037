import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Replica, createTestDatabase, startReplica } from '#testing';
import { AttuneCommand } from '../../app/attune-command.js';
import { expectProblem } from '../../app/expect-problem.js';
import { type TestTenant, createTenant, getConfiguration, getHistory } from '../../app/test-app.js';

let folder: string;
let replica: Replica;
let tenant: TestTenant;
/** However many changes are made during the backup, one more is possible. */
const unlimited = { CONFIG_CHANGES_PER_HOUR: '0' };

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'attune-backup-'));
  replica = await startReplica({ env: unlimited });
  tenant = await createTenant(replica.api, 'acme');
  await tenant.admin.post('/v1/documents', { id: 'leave', title: 'Leave', text: 'Leave begins in May.' });
});
afterAll(async () => {
  await replica?.stop();
  await rm(folder, { recursive: true, force: true });
});

/** Changes the configuration until the work ends, one change after the other. */
async function whileChanging<T>(work: () => Promise<T>): Promise<T> {
  const end = new AbortController();
  const change = async (): Promise<void> => {
    for (let step = 0; !end.signal.aborted; step += 1)
      expect((await tenant.admin.patch('/v1/config', { max_tokens: 500 + step })).status).toBe(200);
  };
  const changes = change();
  const result = await work().finally(() => end.abort());
  await changes;
  return result;
}

describe('attune backup', () => {
  const file = (): string => join(folder, 'attune-backup.tar.gz');

  it('attune backup writes the embedded database while the service changes it, for its owner alone, and leaves an entry in the audit log', async () => {
    const attune = new AttuneCommand(folder, {
      ATTUNE_URL: replica.url,
      ATTUNE_API_KEY: replica.platformKey,
    });
    const result = await whileChanging(() => attune.run('backup', 'attune-backup.tar.gz'));
    expect([result.stderr, result.code, result.stdout]).toEqual(['', 0, 'Wrote attune-backup.tar.gz.\n']);
    expect((await stat(file())).mode & 0o777).toBe(0o600);
    const { body } = await replica.api.get<{ items: object[] }>('/v1/platform/audit?action=backup.create');
    expect(body.items).toMatchObject([{ action: 'backup.create', role: 'platform_admin', tenant_id: null }]);
    expectProblem(await tenant.admin.post('/v1/platform/backup'), 403, 'forbidden');
  });

  it('the service starts on the unpacked file with all that was committed', async () => {
    const later = await getConfiguration(tenant.admin);
    const data = join(folder, 'data');
    await mkdir(join(data, 'postgres'), { recursive: true });
    await promisify(execFile)('tar', ['-xzf', file(), '-C', join(data, 'postgres')]);
    const restored = await startReplica({
      env: { ...unlimited, DATA_DIR: data, ATTUNE_PLATFORM_API_KEY: replica.platformKey },
    });
    try {
      const admin = restored.api.as(tenant.adminKey);
      const { version } = await getConfiguration(admin);
      expect(version).toBeGreaterThan(1);
      expect(version).toBeLessThanOrEqual(later.version);
      expect((await getHistory(admin)).length).toBe(version);
      const verified = await restored.api.get<object>('/v1/platform/audit/verify');
      expect(verified.body).toMatchObject({ ok: true, tenants: 1, entries: version });
      const query = await restored.api
        .as(tenant.memberKey)
        .post('/v1/query', { question: 'When does leave begin?' });
      expect([query.status, query.body]).toMatchObject([200, { sources: [{ doc_id: 'leave' }] }]);
      const change = await admin.patch('/v1/config', { temperature: 0.1 });
      expect([change.status, change.body]).toMatchObject([200, { version: version + 1 }]);
    } finally {
      await restored.stop();
    }
  });
});

describe('POST /v1/platform/backup', () => {
  it('refuses a service on Postgres, and says what to use instead', async () => {
    const database = await createTestDatabase();
    const onPostgres = await startReplica({ env: { DATABASE_URL: database.url } });
    const answer = await onPostgres.api.post<{ detail: string }>('/v1/platform/backup');
    await onPostgres.stop();
    await database.drop();
    expectProblem(answer, 409, 'conflict');
    expect(answer.body.detail).toContain('pg_dump');
  });
});
