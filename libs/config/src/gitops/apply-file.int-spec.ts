import { type ConfigServices, anAuthor, startConfigServices } from '../../testing/config-services.js';
import { findBrokenEntries } from '../../testing/broken-history-entries.js';
import { type TestStore, testStores } from '../../testing/test-stores.js';
import { ApplyFileService, type ApplyFileCommand } from './apply-file.service.js';
import { PreviewFileService, type FilePreview } from './preview-file.service.js';

interface Applied {
  readonly planned: FilePreview;
  readonly version: number;
}

describe.each(testStores)('ApplyFileService on %s', (_name, open) => {
  let store: TestStore;
  let services: ConfigServices;
  let count = 0;

  beforeAll(async () => {
    store = await open();
    services = await startConfigServices(store.database);
  });

  afterAll(async () => {
    await services.close();
    await store.close();
  });

  async function aTenant(): Promise<string> {
    const id = `tenant-${(count += 1)}`;
    await store.asSuperuser(`INSERT INTO tenants (tenant_id, name, plan) VALUES ($1, 'Tenant', 'pro')`, [id]);
    return id;
  }

  function aCommand(
    tenantId: string,
    settings: object,
    more: Partial<ApplyFileCommand> = {},
  ): ApplyFileCommand {
    const author = anAuthor(tenantId, 'platform_admin');
    const from = {
      source: 'tenants/acme.yaml',
      reason: null,
      force: false,
      exportedVersion: null,
      acceptedVersions: null,
    };
    return { tenantId, author, settings: settings as ApplyFileCommand['settings'], ...from, ...more };
  }

  async function apply(
    tenantId: string,
    settings: object,
    more: Partial<ApplyFileCommand> = {},
  ): Promise<Applied> {
    const { preview: planned, outcome } = await services
      .get(ApplyFileService)
      .apply(aCommand(tenantId, settings, more));
    if (!('configuration' in outcome)) throw new Error('The apply waits for approval.');
    return { planned, version: outcome.configuration.version };
  }

  async function plan(tenantId: string, settings: object): Promise<FilePreview['fileDiff']> {
    return (await services.get(PreviewFileService).preview(aCommand(tenantId, settings))).fileDiff;
  }

  async function ownersOf(tenantId: string): Promise<object> {
    const { inputs: parts } = await services.reader.current(tenantId);
    return parts.stored.set_by;
  }

  it('makes the file the owner of its settings, and makes one version when it applies the file twice', async () => {
    const id = await aTenant();
    expect(await apply(id, { temperature: 0, max_tokens: 300 })).toMatchObject({ version: 2 });
    expect(await apply(id, { temperature: 0, max_tokens: 300 })).toMatchObject({ version: 2 });
    expect(await ownersOf(id)).toEqual({ temperature: 'code', max_tokens: 'code' });
    expect(JSON.parse((await services.reader.current(id)).body)).toMatchObject({
      managed_by_code: ['temperature', 'max_tokens'],
    });
    expect(await services.history.getVersion(id, 2)).toMatchObject({
      action: 'apply',
      reason: 'tenants/acme.yaml',
      changed_by_role: 'platform_admin',
    });
  });

  it('lets only force change settings that a file owns', async () => {
    const id = await aTenant();
    await apply(id, { temperature: 0 });
    const refusal = { slug: 'managed-by-code', details: { fields: ['temperature'] } };
    await expect(services.patch(anAuthor(id), { temperature: 1 })).rejects.toMatchObject(refusal);
    await expect(services.patch(anAuthor(id, 'platform_admin'), { temperature: 1 })).rejects.toMatchObject(
      refusal,
    );
    expect(await services.patch(anAuthor(id), { max_tokens: 300 })).toMatchObject({ version: 3 });
  });

  it('reports a forced change as drift, and reverts it', async () => {
    const id = await aTenant();
    const file = { temperature: 0, max_tokens: 300 };
    await apply(id, file);
    const platform = anAuthor(id, 'platform_admin');
    await services.patch(platform, { temperature: 1, max_tokens: null, force: true, reason: 'incident' });
    expect((await plan(id, file)).drift).toEqual([
      { field: 'temperature', expected: 0, found: 1, set_by: 'platform_admin' },
      { field: 'max_tokens', expected: 300, found: null, set_by: null },
    ]);
    await apply(id, file);
    expect(await services.reader.current(id)).toMatchObject({ settings: file });
    expect(await plan(id, file)).toMatchObject({ diff: [], drift: [], takenOver: [] });
  });

  it('reports a change by plain SQL and a rollback by the platform as drift', async () => {
    const id = await aTenant();
    await apply(id, { temperature: 0 });
    await store.asSuperuser(
      `UPDATE tenant_configurations SET settings = '{"temperature": 1}' WHERE tenant_id = $1`,
      [id],
    );
    expect((await plan(id, { temperature: 0 })).drift).toMatchObject([{ field: 'temperature', found: 1 }]);
    await apply(id, { temperature: 0 });
    await services.rollBack(anAuthor(id, 'platform_admin'), { version: 1 });
    expect((await plan(id, { temperature: 0 })).drift).toMatchObject([{ field: 'temperature', found: null }]);
  });

  it('takes over an equal value of another owner in one new version', async () => {
    const id = await aTenant();
    await services.patch(anAuthor(id), { temperature: 0, max_tokens: 300 });
    const first = await apply(id, { temperature: 0 });
    expect(first).toMatchObject({
      version: 3,
      planned: { fileDiff: { diff: [], takenOver: ['temperature'] } },
    });
    expect(await ownersOf(id)).toEqual({ temperature: 'code', max_tokens: 'tenant_admin' });
    expect(await apply(id, { temperature: 0 })).toMatchObject({ version: 3 });
    expect(await services.history.getVersion(id, 3)).toMatchObject({ action: 'apply', changes: [] });
    expect(await findBrokenEntries(store, id)).toEqual([]);
  });

  it('removes settings that the file no longer names, but none of another owner', async () => {
    const id = await aTenant();
    await services.patch(anAuthor(id), { max_tokens: 300 });
    await apply(id, { temperature: 0, retrieval_top_k: 3 });
    const { planned } = await apply(id, { temperature: 0 });
    expect(planned.fileDiff.diff).toEqual([{ field: 'retrieval_top_k', from: 3, to: null, set_by: 'code' }]);
    await apply(id, {});
    expect((await services.reader.current(id)).inputs.stored.settings).toEqual({ max_tokens: 300 });
    expect(await apply(id, {})).toMatchObject({ version: 5 });
  });

  it('releases, once, a setting that the file no longer names and another owner has set since', async () => {
    const id = await aTenant();
    await apply(id, { temperature: 0 });
    await services.patch(anAuthor(id, 'platform_admin'), { temperature: 1, force: true, reason: 'incident' });
    const first = await apply(id, {});
    expect(first).toMatchObject({
      version: 4,
      planned: { fileDiff: { diff: [], released: ['temperature'] } },
    });
    expect(await apply(id, {})).toMatchObject({ version: 4 });
    expect((await plan(id, { temperature: 0 })).drift).toEqual([]);
  });

  it('tells edits of an exported file apart from changes in the service since', async () => {
    const id = await aTenant();
    await services.patch(anAuthor(id), { temperature: 0, max_tokens: 300 });
    await services.patch(anAuthor(id), { temperature: 1 });
    const edited = { temperature: 0, max_tokens: 400 };
    const planned = await services
      .get(PreviewFileService)
      .preview(aCommand(id, edited, { exportedVersion: 2 }));
    expect(planned.fileDiff).toMatchObject({
      diff: [{ field: 'temperature' }, { field: 'max_tokens' }],
      drift: [{ field: 'temperature', expected: 0, found: 1, set_by: 'tenant_admin' }],
    });
    const unknown = await services
      .get(PreviewFileService)
      .preview(aCommand(id, edited, { exportedVersion: 99 }));
    expect(unknown.fileDiff.drift).toEqual([]);
  });

  it('refuses a file when the version is not the one of the dry run', async () => {
    const id = await aTenant();
    await services.patch(anAuthor(id), { temperature: 1 });
    await expect(apply(id, { temperature: 0 }, { acceptedVersions: [1] })).rejects.toMatchObject({
      slug: 'version-mismatch',
      details: { current_version: 2, changed_fields: ['temperature'] },
    });
  });

  it('makes one version when the same file is applied ten times at once', async () => {
    const id = await aTenant();
    const all = Array.from({ length: 10 }, () => apply(id, { temperature: 0 }, { acceptedVersions: [1] }));
    const ended = await Promise.allSettled(all);
    expect(ended.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await services.reader.current(id)).toMatchObject({ version: 2 });
  });

  it('reports every error of the file, and changes nothing then', async () => {
    const id = await aTenant();
    const settings = { temperature: 9, model_name: 'gpt-none', nonsense: 1, max_tokens: null };
    const refused: unknown = await apply(id, settings).catch((error: unknown) => error);
    expect(refused).toMatchObject({ slug: 'invalid-input' });
    const { errors } = (refused as { details: { errors: { field: string; rule: string }[] } }).details;
    expect(errors.map(({ field, rule }) => `${field} ${rule}`).toSorted()).toEqual([
      'settings.max_tokens type',
      'settings.model_name enum',
      'settings.nonsense unknown_field',
      'settings.temperature max',
    ]);
    expect(await services.reader.current(id)).toMatchObject({ version: 1 });
  });

  it('changes a tenant that turned override_allowed off only with force', async () => {
    const id = await aTenant();
    await services.patch(anAuthor(id), { override_allowed: false });
    await expect(apply(id, { temperature: 0 })).rejects.toMatchObject({ slug: 'override-not-allowed' });
    expect(await plan(id, { temperature: 0 })).toMatchObject({ diff: [{ field: 'temperature' }] });
    const forced = await apply(id, { temperature: 0 }, { force: true, reason: 'incident 4711' });
    expect(forced).toMatchObject({ version: 3 });
    expect(await services.history.getVersion(id, 3)).toMatchObject({
      reason: 'incident 4711 (tenants/acme.yaml)',
    });
  });

  it('does not let plain SQL claim settings for a file: the database decides who owns them', async () => {
    const id = await aTenant();
    await apply(id, { temperature: 0 });
    await store.asSuperuser(
      `UPDATE tenant_configurations SET settings = settings || '{"max_tokens": 300}',
         set_by = '{"max_tokens": "code"}', managed = '{"max_tokens": 300}' WHERE tenant_id = $1`,
      [id],
    );
    expect(await plan(id, { temperature: 0 })).toMatchObject({ diff: [], released: [] });
  });
});
