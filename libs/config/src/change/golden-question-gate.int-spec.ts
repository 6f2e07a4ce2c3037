import { UpstreamError } from '#kernel';
import type { Principal } from '#http';
import { type ConfigServices, anAuthor, startConfigServices } from '../../testing/config-services.js';
import { type TestStore, testStores } from '../../testing/test-stores.js';
import { GoldenQuestionsService } from '../golden-questions/golden-questions.service.js';
import { PatchConfigurationService } from './patch-configuration.service.js';
import { RollBackService } from './roll-back.service.js';

const admin = anAuthor('acme');
const golden = { question: 'When is rent due?', expect_sources: ['lease'], expect_phrases: ['first day'] };

describe.each(testStores)('GoldenQuestionGate on %s', (_name, open) => {
  let store: TestStore;
  let services: ConfigServices;
  let questions: GoldenQuestionsService;

  beforeAll(async () => {
    store = await open();
    services = await startConfigServices(store.database);
    questions = services.get(GoldenQuestionsService);
  });
  beforeEach(async () => {
    await store.asSuperuser(
      `INSERT INTO tenants (tenant_id, name, plan) VALUES ('acme', 'Acme', 'pro') ON CONFLICT DO NOTHING`,
    );
    await store.asSuperuser('DELETE FROM golden_questions');
    services.trial.calls.length = 0;
    services.trial.script = () => ({});
  });
  afterAll(async () => {
    await services.close();
    await store.close();
  });

  async function versions(): Promise<number> {
    const [row] = await store.asSuperuser<{ count: number }>(
      `SELECT count(*)::int AS count FROM tenant_configuration_history WHERE tenant_id = 'acme'`,
    );
    return row!.count;
  }

  function rollBack(author: Principal, steps: number, gate: boolean) {
    const change = { tenantId: 'acme', author, acceptedVersions: null, force: false, reason: null, gate };
    return services.get(RollBackService).rollBack(change, { steps });
  }

  it('lets a change pass when every golden question passes under it', async () => {
    await questions.add('acme', golden, admin);
    await questions.add('acme', { ...golden, question: 'Where is rent paid?' }, admin);
    const changed = await services.patch(admin, { retrieval_top_k: 9, gate: true });
    expect(changed.settings.retrieval_top_k).toBe(9);
    const { calls: asked } = services.trial;
    expect(asked.map(({ question }) => question)).toEqual(['When is rent due?', 'Where is rent paid?']);
    for (const { configuration } of asked) {
      expect(configuration.settings).toEqual(changed.settings);
      expect(configuration.tenantId).toBe('acme');
    }
  });

  it('refuses a change with the failed questions, and nothing is changed', async () => {
    await questions.add('acme', golden, admin);
    const { id } = await questions.add('acme', { ...golden, expect_phrases: ['tuesday'] }, admin);
    const before = await versions();
    const refused = services.patch(admin, { temperature: 0.11, gate: true });
    await expect(refused).rejects.toMatchObject({
      slug: 'gate-failed',
      details: {
        failures: [
          {
            id,
            question: golden.question,
            missing_sources: [],
            missing_phrases: ['tuesday'],
            error: null,
          },
        ],
      },
    });
    expect(await versions()).toBe(before);
    expect((await services.reader.current('acme')).settings.temperature).not.toBe(0.11);
  });

  it('refuses a change when no model answers', async () => {
    await questions.add('acme', golden, admin);
    services.trial.script = () => Promise.reject(new UpstreamError('timeout', 'Nobody answered.'));
    const refused = services.patch(admin, { temperature: 0.12, gate: true });
    await expect(refused).rejects.toMatchObject({
      slug: 'gate-failed',
      details: { failures: [{ error: 'Nobody answered.' }] },
    });
  });

  it('refuses a change as a conflict when there is no golden question', async () => {
    await expect(services.patch(admin, { temperature: 0.13, gate: true })).rejects.toMatchObject({
      slug: 'conflict',
    });
  });

  it('asks nothing without a gate, or when nothing would change', async () => {
    await questions.add('acme', { ...golden, expect_phrases: ['tuesday'] }, admin);
    const { settings } = await services.patch(admin, { temperature: 0.14, gate: false });
    await services.patch(admin, { temperature: settings.temperature, gate: true });
    expect(services.trial.calls).toEqual([]);
  });

  it('loses to a change that is committed while the questions are asked', async () => {
    await questions.add('acme', golden, admin);
    services.trial.script = async () => {
      await services.patch(anAuthor('acme', 'platform_admin'), { max_tokens: 777 });
      return {};
    };
    const lost = services.patch(admin, { temperature: 0.15, gate: true });
    await expect(lost).rejects.toMatchObject({
      slug: 'concurrent-update',
      details: { changed_fields: ['max_tokens'] },
    });
    const { settings } = await services.reader.current('acme');
    expect(settings).toMatchObject({ max_tokens: 777 });
    expect(settings.temperature).not.toBe(0.15);
  });

  it('asks without an open transaction', async () => {
    await questions.add('acme', golden, admin);
    services.trial.script = async () => {
      await store.database.readGlobal(() => store.database.query('SELECT 1'));
      return {};
    };
    await expect(services.patch(admin, { temperature: 0.16, gate: true })).resolves.toBeDefined();
  });

  it('runs before a tenant’s change becomes a request', async () => {
    await store.asSuperuser(
      `INSERT INTO tenants (tenant_id, name, plan, approval_required) VALUES ('strict', 'Strict', 'pro', true)`,
    );
    const author = anAuthor('strict');
    const patch = (temperature: number) =>
      services
        .get(PatchConfigurationService)
        .patch({ tenantId: 'strict', author, acceptedVersions: null }, { temperature, gate: true });
    await questions.add('strict', golden, author);
    services.trial.script = () => ({ answer: 'Never.' });
    await expect(patch(0.2)).rejects.toMatchObject({ slug: 'gate-failed' });
    expect(await store.asSuperuser('SELECT FROM change_requests')).toEqual([]);
    services.trial.script = () => ({});
    await expect(patch(0.2)).resolves.toMatchObject({ request: { state: 'pending' } });
  });

  it.each(['tenant_admin', 'platform_admin'] as const)('also applies to a rollback by a %s', async (role) => {
    await questions.add('acme', golden, admin);
    const author = anAuthor('acme', role);
    await services.patch(author, { temperature: 0.5 });
    await services.patch(author, { temperature: 0.6 });
    services.trial.script = () => ({ answer: 'Never.' });
    await expect(rollBack(author, 1, true)).rejects.toMatchObject({ slug: 'gate-failed' });
    expect((await services.reader.current('acme')).settings.temperature).toBe(0.6);
    expect(services.trial.calls.at(-1)?.configuration.settings.temperature).toBe(0.5);
    services.trial.script = () => ({});
    await rollBack(author, 1, true);
    expect((await services.reader.current('acme')).settings.temperature).toBe(0.5);
  });
});
