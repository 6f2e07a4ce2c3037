import fc from 'fast-check';
import { allTenants } from '#database';
import { type DomainError, isJsonEqual } from '#kernel';
import { arbitraryOwnSettings, arbitraryPatch } from '../../../settings/testing/arbitrary-settings.js';
import { anAuthor } from '../../testing/config-services.js';
import {
  ChangeRequestScene,
  firstPage,
  neutralApprover,
  rejectionOf,
} from '../../testing/change-request-scene.js';
import { testStores } from '../../testing/test-stores.js';
import { mergePatch, type PartialSettings } from '#settings';
import { GoldenQuestionsService } from '../golden-questions/golden-questions.service.js';

describe.each(testStores)('DecideChangeRequestService on %s', (name, open) => {
  let scene: ChangeRequestScene;

  beforeAll(async () => {
    scene = await ChangeRequestScene.open(open);
  });
  afterAll(() => scene.close());

  it('makes the requested change in the name of its requester, and stores the version in the request', async () => {
    const id = await scene.createTenant({ max_tokens: 300 });
    const request = await scene.requestChange(id, { temperature: 0.2, max_tokens: null, reason: 'calm' });
    expect(request).toMatchObject({
      state: 'pending',
      base_version: 2,
      patch: { temperature: 0.2, max_tokens: null },
      diff: [
        { field: 'max_tokens', from: 300, to: null },
        { field: 'temperature', from: null, to: 0.2 },
      ],
      requested_by: 'key:tenant_admin',
      decided_by: null,
    });
    expect(await scene.storedConfiguration(id)).toMatchObject({ version: 2 });
    expect(await scene.approve(request.id, { comment: 'fine' })).toMatchObject({
      state: 'applied',
      applied_version: 3,
      decided_by: 'key:approver',
      comment: 'fine',
    });
    expect(await scene.storedConfiguration(id)).toMatchObject({
      settings: { temperature: 0.2 },
      set_by: { temperature: 'tenant_admin' },
      last_modified_by_role: 'tenant_admin',
    });
    const [entry] = (await scene.services.history.list(id, 1, undefined)).items;
    expect(entry).toMatchObject({ action: 'change_request', changed_by: 'key:tenant_admin', reason: 'calm' });
  });

  it('makes exactly the approved change on a newer configuration, or changes nothing', async () => {
    await fc.assert(
      fc.asyncProperty(
        arbitraryOwnSettings,
        arbitraryPatch,
        arbitraryPatch,
        async (own, patch, meanwhile) => {
          const id = await scene.createTenant(own);
          if (isJsonEqual(mergePatch(own, patch), own)) return;
          const request = await scene.requestChange(id, patch);
          await scene.forcePatch(id, meanwhile);
          const before = await scene.storedConfiguration(id);
          const end = await scene.approve(request.id).catch((error: DomainError) => error.details);
          const after = await scene.storedConfiguration(id);
          if (end['state'] === 'void') return expect(after).toEqual(before);
          expect(end['state']).toBe('applied');
          expect(after.settings).toEqual(mergePatch(before.settings, request.patch));
          for (const { field, to } of request.diff)
            expect(after.settings[field as keyof PartialSettings] ?? null).toEqual(to);
        },
      ),
      { numRuns: name === 'Postgres' ? 40 : 12 },
    );
  });

  it('keeps a later change of another setting', async () => {
    const id = await scene.createTenant();
    const request = await scene.requestChange(id, { temperature: 0.2 });
    await scene.forcePatch(id, { max_tokens: 300 });
    expect(await scene.approve(request.id)).toMatchObject({
      state: 'applied',
      base_version: 1,
      applied_version: 3,
    });
    expect((await scene.storedConfiguration(id)).settings).toEqual({ temperature: 0.2, max_tokens: 300 });
  });

  it.each([
    [
      'the setting itself moved',
      { temperature: 0.2 },
      { temperature: 0.9 },
      /^temperature was null in version 1 and is 0.9 in version 2/,
    ],
    [
      'another variable moved',
      { prompt_variables: { tone: 'dry' } },
      { prompt_variables: { team: 'law' } },
      /^prompt_variables was null/,
    ],
    [
      'the two do not go together',
      { rerank_enabled: true },
      { retrieval_top_k: 1 },
      /^rerank_top_n: .*retrieval_top_k/,
    ],
  ])('voids a request when %s', async (_, patch, meanwhile, reason) => {
    const id = await scene.createTenant();
    const request = await scene.requestChange(id, patch);
    await scene.forcePatch(id, meanwhile);
    const before = await scene.storedConfiguration(id);
    const refusal = await rejectionOf(() => scene.approve(request.id, { comment: 'go' }));
    expect(refusal).toMatchObject({
      slug: 'conflict',
      details: { id: request.id, state: 'void', void_reason: expect.stringMatching(reason) },
    });
    expect(await scene.storedConfiguration(id)).toEqual(before);
    expect(await scene.requests.getForTenant(id, request.id)).toMatchObject({ state: 'void' });
  });

  it('voids a request when a lower layer has another value than the approver saw', async () => {
    await scene.store.asSuperuser(
      `INSERT INTO plans (id, defaults, allowed_tiers) VALUES ('shifting', '{"temperature": 0.1}', '{economy}')`,
    );
    const id = await scene.createTenant({ temperature: 0.5 });
    await scene.runSql(id, `UPDATE tenants SET plan = 'shifting'`);
    const request = await scene.requestChange(id, { temperature: null });
    await scene.runSql(
      allTenants,
      `UPDATE plans SET defaults = '{"temperature": 1.9}' WHERE id = 'shifting'`,
    );
    expect(await rejectionOf(() => scene.approve(request.id))).toMatchObject({
      details: {
        state: 'void',
        void_reason: expect.stringMatching(/^temperature would in effect be 1.9, not 0.1/),
      },
    });
  });

  it('voids a request when the tenant may no longer make the change', async () => {
    const id = await scene.createTenant();
    const model = await scene.requestChange(id, { model_name: 'gpt-4' });
    await scene.runSql(id, `UPDATE tenants SET plan = 'basic'`);
    expect(await rejectionOf(() => scene.approve(model.id))).toMatchObject({
      details: { state: 'void', void_reason: expect.stringMatching(/^model_name: .*basic/) },
    });
  });

  it('voids a request of the platform once the tenant has turned override_allowed off', async () => {
    const id = await scene.createTenant();
    const request = await scene.requestChange(id, { temperature: 0.2 }, anAuthor(id, 'platform_admin'));
    await scene.forcePatch(id, { override_allowed: false });
    expect(await rejectionOf(() => scene.approve(request.id))).toMatchObject({ details: { state: 'void' } });
  });

  it('lets a tenant change a value of the platform, and shows override_allowed in the diff', async () => {
    const id = await scene.createTenant();
    await scene.forcePatch(id, { temperature: 0.9 });
    const request = await scene.requestChange(id, { temperature: 0.2 });
    expect(request.diff).toContainEqual({ field: 'override_allowed', from: true, to: false });
    await scene.approve(request.id);
    expect(await scene.storedConfiguration(id)).toMatchObject({
      override_allowed: false,
      settings: { temperature: 0.2 },
    });
  });

  it('does not let requesters decide on their own requests', async () => {
    const id = await scene.createTenant();
    const platform = anAuthor(id, 'platform_admin');
    const request = await scene.requestChange(id, { max_documents: 200 }, platform);
    expect(await rejectionOf(() => scene.approve(request.id, { by: platform }))).toMatchObject({
      slug: 'conflict',
    });
    expect(await rejectionOf(() => scene.reject(request.id, platform))).toMatchObject({ slug: 'conflict' });
    expect(await scene.approve(request.id)).toMatchObject({
      state: 'applied',
      requested_by_role: 'platform_admin',
    });
    expect(await scene.storedConfiguration(id)).toMatchObject({
      set_by: { max_documents: 'platform_admin' },
    });
  });

  it('keeps the restored version in the request of a rollback', async () => {
    const id = await scene.createTenant({ temperature: 0.2 });
    await scene.forcePatch(id, { temperature: 0.9 });
    const refused = await scene.services
      .rollBack(anAuthor(id), { version: 2 })
      .catch((error: Error) => error);
    expect(String(refused)).toContain('waits for approval');
    const [request] = (await scene.requests.listForTenant(id, firstPage)).items;
    expect(request).toMatchObject({ kind: 'rollback', patch: { temperature: 0.2 } });
    await scene.approve(request!.id);
    const [entry] = (await scene.services.history.list(id, 1, undefined)).items;
    expect(entry).toMatchObject({ action: 'change_request', from_version: 2 });
  });

  it('runs the gate at the approval, and keeps the request pending when the gate fails', async () => {
    const id = await scene.createTenant();
    const { trial } = scene.services;
    const question = { question: 'When is rent due?', expect_sources: [], expect_phrases: ['first day'] };
    await scene.services.get(GoldenQuestionsService).add(id, question, anAuthor(id));
    const request = await scene.requestChange(id, { temperature: 0.2, gate: true });
    trial.script = () => ({ answer: 'Never.' });
    expect(await rejectionOf(() => scene.approve(request.id))).toMatchObject({ slug: 'gate-failed' });
    expect(await scene.requests.getForTenant(id, request.id)).toMatchObject({ state: 'pending' });
    trial.script = () => ({});
    expect(await scene.approve(request.id)).toMatchObject({ state: 'applied' });
  });

  it('refuses to approve a suspended tenant’s request, but not the platform’s', async () => {
    const id = await scene.createTenant();
    const theirs = await scene.requestChange(id, { temperature: 0.2 });
    const ours = await scene.requestChange(id, { max_documents: 200 }, anAuthor(id, 'platform_admin'));
    const become = (status: string) => scene.runSql(id, `UPDATE tenants SET status = '${status}'`);
    await become('suspended');
    expect(await rejectionOf(() => scene.approve(theirs.id))).toMatchObject({
      slug: 'conflict',
      details: {},
    });
    expect(await scene.approve(ours.id)).toMatchObject({ state: 'applied' });
    await become('active');
    expect(await scene.approve(theirs.id)).toMatchObject({ state: 'applied' });
  });

  it('accepts one of many concurrent decisions, and changes the configuration at most once', async () => {
    for (let round = 0; round < 8; round += 1) {
      const id = await scene.createTenant();
      const request = await scene.requestChange(id, { temperature: 0.2 });
      const others = [1, 2, 3].map((n) => ({ ...neutralApprover, actor: `key:approver-${n}` }));
      const results = await Promise.allSettled([
        ...others.map((by) => scene.approve(request.id, { by })),
        scene.withdraw(id, request.id),
        scene.reject(request.id),
      ]);
      const won = results.filter((result) => result.status === 'fulfilled').map(({ value }) => value.state);
      const { state } = await scene.requests.getForTenant(id, request.id);
      expect(won).toEqual([state]);
      expect((await scene.storedConfiguration(id)).version).toBe(state === 'applied' ? 2 : 1);
    }
  });

  it('applies a request that is approved during another change, or keeps it pending', async () => {
    const id = await scene.createTenant();
    const request = await scene.requestChange(id, { temperature: 0.2 });
    const [approval] = await Promise.allSettled([
      scene.approve(request.id),
      scene.forcePatch(id, { max_tokens: 300 }),
    ]);
    const { state } = await scene.requests.getForTenant(id, request.id);
    expect(state).toBe(approval.status === 'fulfilled' ? 'applied' : 'pending');
    if (approval.status === 'rejected') expect(approval.reason).toMatchObject({ slug: 'concurrent-update' });
  });

  it('limits the number of pending requests, also when many are made at once', async () => {
    const id = await scene.createTenant();
    const waiting = (bulkId: string) => `
      INSERT INTO change_requests (tenant_id, base_version, patch, diff, settings_after, kind, requested_by, requested_by_role, bulk_id)
      SELECT '${id}', 1, '{}', '[]', '{}', 'update', 'key:other', 'platform_admin', ${bulkId} FROM generate_series(1, 45)`;
    await scene.runSql(id, waiting('null'));
    await scene.runSql(id, waiting("'a bulk operation'"));
    const many = Array.from({ length: 8 }, (_, at) => scene.requestChange(id, { max_tokens: 200 + at }));
    const results = await Promise.allSettled(many);
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(5);
    for (const result of results)
      if (result.status === 'rejected') expect(result.reason).toMatchObject({ slug: 'conflict' });
    const { items } = await scene.requests.listForTenant(id, firstPage);
    expect(items).toHaveLength(95);
    await scene.withdraw(id, items[0]!.id);
    expect(await scene.requestChange(id, { max_tokens: 400 })).toMatchObject({ state: 'pending' });
  });
});
