import { type DomainError, UpstreamError } from '#kernel';
import { type ConfigServices, anAuthor, startConfigServices } from '../../testing/config-services.js';
import { type TestStore, testStores } from '../../testing/test-stores.js';
import { GoldenQuestionsService } from '../golden-questions/golden-questions.service.js';
import { PlaygroundService } from './playground.service.js';

const admin = anAuthor('acme');
const platform = anAuthor('acme', 'platform_admin');
const patient = new AbortController().signal;
const question = 'When is rent due?';

describe.each(testStores)('PlaygroundService on %s', (_name, open) => {
  let store: TestStore;
  let services: ConfigServices;

  beforeAll(async () => {
    store = await open();
    services = await startConfigServices(store.database, { CONFIG_TESTS_PER_HOUR: '0' });
    await store.asSuperuser(
      `INSERT INTO tenants (tenant_id, name, plan) VALUES ('acme', 'Acme', 'pro'), ('busy', 'Busy', 'pro')`,
    );
    await services.patch(admin, { temperature: 0.4, prompt_variables: { tone: 'formal', name: 'Ada' } });
  });
  beforeEach(() => {
    services.trial.calls.length = 0;
    services.trial.script = () => ({});
  });
  afterAll(async () => {
    await services.close();
    await store.close();
  });

  function test(body: unknown, author = admin, client = patient) {
    return services.get(PlaygroundService).run({ tenantId: 'acme', author, clientSignal: client }, body);
  }

  function settingsAsked() {
    return services.trial.calls.map(({ configuration }) => configuration.settings);
  }

  it('answers under the patched settings and saves nothing', async () => {
    const rows = () =>
      store.asSuperuser(`SELECT c.*, h.* FROM tenant_configurations c, tenant_configuration_history h`);
    const before = await rows();
    const { version, answer } = await test({
      temperature: 0,
      prompt_variables: { tone: null },
      question,
      reason: 'x',
      override_allowed: false,
      gate: true,
    });
    expect(version).toBe(2);
    expect(answer).toEqual({
      status: 'success',
      test_query: question,
      model_used: 'gpt-3.5-turbo',
      sandbox: false,
      response_preview: 'Rent is due on the first day of each month. [1]',
      config_applied: expect.objectContaining({ temperature: 0, top_k: 5 }),
      answer: 'Rent is due on the first day of each month. [1]',
      sources: [expect.objectContaining({ doc_id: 'lease' })],
      usage: {
        prompt_tokens: 80,
        completion_tokens: 12,
        cached_prompt_tokens: 0,
        reasoning_tokens: 0,
        cost_usd: 0.0001,
      },
      timings_ms: { config: 0, retrieve: 4.2, rerank: 0, generate: 611.5 },
      degraded: [],
      baseline: null,
    });
    expect(settingsAsked()).toMatchObject([{ temperature: 0, prompt_variables: { name: 'Ada' } }]);
    expect(settingsAsked()[0]!.prompt_variables).not.toHaveProperty('tone');
    expect(await rows()).toEqual(before);
    expect((await services.reader.current('acme')).settings.temperature).toBe(0.4);
  });

  it('asks under today’s settings too, at the same time, with compare: true', async () => {
    const both = Promise.withResolvers<void>();
    services.trial.script = async ({ configuration }) => {
      if (services.trial.calls.length === 2) both.resolve();
      await both.promise;
      return { answer: `at ${configuration.settings.temperature}` };
    };
    const { answer } = await test({ temperature: 1, question, compare: true });
    expect(answer).toMatchObject({
      answer: 'at 1',
      config_applied: { temperature: 1 },
      baseline: { status: 'success', test_query: question, answer: 'at 0.4' },
    });
    expect(Object.keys(answer.baseline!)).toEqual(
      Object.keys(answer).filter((member) => member !== 'baseline'),
    );
  });

  it('shows a baseline without an answer as failed', async () => {
    services.trial.script = ({ configuration: { settings } }) =>
      settings.temperature === 0.4 ? Promise.reject(new UpstreamError('failed', 'Down.')) : { sandbox: true };
    const { answer } = await test({ temperature: 1, question, compare: true });
    expect(answer).toMatchObject({ status: 'success', sandbox: true });
    expect(answer.baseline).toEqual({
      status: 'failed',
      test_query: question,
      model_used: null,
      sandbox: false,
      response_preview: null,
      config_applied: null,
      answer: null,
      sources: [],
      usage: null,
      timings_ms: null,
      degraded: [],
    });
  });

  it('fails with the upstream error when no model answers under the proposed settings, and aborts the comparison', async () => {
    services.trial.script = ({ configuration: { settings }, signal }) =>
      settings.temperature === 0.4
        ? new Promise((_, reject) =>
            signal.addEventListener('abort', () => reject(new UpstreamError('failed', 'Left.'))),
          )
        : Promise.reject(new UpstreamError('timeout', 'Too late.'));
    const refused = test({ temperature: 1, question, compare: true });
    await expect(refused).rejects.toMatchObject({ slug: 'upstream-timeout' });
    expect(services.trial.calls.map(({ signal }) => signal.aborted)).toEqual([true, true]);
  });

  it('aborts when the client disconnects', async () => {
    const client = new AbortController();
    services.trial.script = ({ signal }) => {
      client.abort();
      expect(signal.aborted).toBe(true);
      throw new UpstreamError('failed', 'The client went away.');
    };
    await expect(test({ question }, admin, client.signal)).rejects.toMatchObject({ slug: 'upstream-failed' });
  });

  it('refuses an invalid patch with all of its errors, and asks nothing', async () => {
    const faults = async (body: unknown, author = admin): Promise<string[]> => {
      const error: unknown = await test(body, author).then(
        () => null,
        (reason: unknown) => reason,
      );
      const { errors } = (error as DomainError).details as { errors: { field: string; rule: string }[] };
      return errors.map(({ field, rule }) => `${field}: ${rule}`).toSorted();
    };
    const body = { temperature: 3, max_documents: 500, colour: 1, question: '', compare: 1, gate: 'yes' };
    expect(await faults(body)).toEqual([
      'colour: unknown_field',
      'compare: type',
      'gate: type',
      'max_documents: platform_only',
      'question: min',
      'question: pattern',
      'temperature: max',
    ]);
    expect(await faults({ model_name: 'nobody', question: 'x'.repeat(4001) })).toEqual([
      'model_name: enum',
      'question: max_length',
    ]);
    for (const strange of [null, [], 'text', 7, true]) expect(await faults(strange)).toEqual([': type']);
    expect(await faults({ force: true }, platform)).toEqual(['reason: required']);
    expect(await faults({ force: true })).toEqual(['force: unknown_field']);
    expect(services.trial.calls).toEqual([]);
  });

  it('lets a platform admin try settings that only the platform sets', async () => {
    await test({ max_documents: 500, question }, platform);
    expect(settingsAsked()).toMatchObject([{ max_documents: 500 }]);
  });

  it('asks the oldest golden question by default, and a general question when there is none', async () => {
    const questions = services.get(GoldenQuestionsService);
    expect((await test({})).answer.test_query).toBe('What are the most important points in these documents?');
    const expectations = { expect_sources: [], expect_phrases: [] };
    await questions.add('acme', { question: 'Oldest?', ...expectations }, admin);
    await questions.add('acme', { question: 'Newest?', ...expectations }, admin);
    expect((await test({ question: null })).answer.test_query).toBe('Oldest?');
    expect((await test({ question })).answer.test_query).toBe(question);
  });

  it.each([
    ['x'.repeat(500), 'x'.repeat(200)],
    [`${'x'.repeat(199)}😀 and more`, 'x'.repeat(199)],
    ['short', 'short'],
  ])('shows the beginning of the answer, and never cuts a character', async (whole, preview) => {
    services.trial.script = () => ({ answer: whole });
    const { answer } = await test({ question });
    expect(answer).toMatchObject({ answer: whole, response_preview: preview });
  });

  it('counts the runs of a tenant, but neither refused ones nor those of the platform', async () => {
    const limited = await startConfigServices(store.database, { CONFIG_TESTS_PER_HOUR: '2' });
    const tests = limited.get(PlaygroundService);
    const tried = (body: object, role: 'tenant_admin' | 'platform_admin' = 'tenant_admin') =>
      tests.run({ tenantId: 'busy', author: anAuthor('busy', role), clientSignal: patient }, body);
    await expect(tried({ temperature: 9 })).rejects.toMatchObject({ slug: 'invalid-input' });
    for (let count = 0; count < 3; count += 1) await tried({}, 'platform_admin');
    await tried({});
    await tried({ compare: true });
    await expect(tried({})).rejects.toMatchObject({ slug: 'rate-limited' });
    await tried({}, 'platform_admin');
    expect(limited.trial.calls).toHaveLength(7);
    await limited.close();
  });
});
