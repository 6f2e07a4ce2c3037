import { ConflictError, NotFoundError } from '#kernel';
import { type ConfigServices, anAuthor, startConfigServices } from '../../testing/config-services.js';
import { type TestStore, testStores } from '../../testing/test-stores.js';
import { GoldenQuestionsService } from './golden-questions.service.js';

const author = { ...anAuthor('acme'), address: '192.0.2.7' };
const question = { question: 'When is rent due?', expect_sources: ['lease'], expect_phrases: ['first day'] };

describe.each(testStores)('GoldenQuestionsService on %s', (_name, open) => {
  let store: TestStore;
  let services: ConfigServices;
  let questions: GoldenQuestionsService;

  beforeAll(async () => {
    store = await open();
    services = await startConfigServices(store.database);
    questions = services.get(GoldenQuestionsService);
  });
  beforeEach(async () => {
    for (const id of ['acme', 'globex'])
      await store.asSuperuser(
        `INSERT INTO tenants (tenant_id, name, plan) VALUES ($1, $1, 'pro') ON CONFLICT DO NOTHING`,
        [id],
      );
    await store.asSuperuser('DELETE FROM golden_questions');
  });
  afterAll(async () => {
    await services.close();
    await store.close();
  });

  it('stores a question with its expectations', async () => {
    const added = await questions.add('acme', question, author);
    expect(added).toEqual({ id: expect.stringMatching(/^[0-9a-f]{16}$/), ...question });
    expect(await questions.listAll('acme')).toMatchObject([added]);
    expect(await questions.findOldest('acme')).toMatchObject(added);
  });

  it('lists questions newest first in pages, and asks them oldest first', async () => {
    const texts = ['one', 'two', 'three'];
    for (const text of texts) await questions.add('acme', { ...question, question: text }, author);
    const first = await questions.list('acme', { limit: 2 });
    expect(first.items.map((item) => item.question)).toEqual(['three', 'two']);
    expect(Object.keys(first.items[0]!)).toEqual(['id', 'question', 'expect_sources', 'expect_phrases']);
    const second = await questions.list('acme', { limit: 2, cursor: first.next_cursor! });
    expect(second).toMatchObject({ items: [{ question: 'one' }], next_cursor: null });
    expect((await questions.listAll('acme')).map((each) => each.question)).toEqual(texts);
    expect(await questions.findOldest('acme')).toMatchObject({ question: 'one' });
  });

  it('allows fifty questions a tenant, also when many are added at the same time', async () => {
    const added = await Promise.allSettled(
      Array.from({ length: 60 }, () => questions.add('acme', question, author)),
    );
    const refused = added.flatMap((result) =>
      result.status === 'rejected' ? [result.reason as unknown] : [],
    );
    expect(refused).toHaveLength(10);
    for (const reason of refused) expect(reason).toBeInstanceOf(ConflictError);
    expect(await questions.listAll('acme')).toHaveLength(50);
    expect(await questions.add('globex', question, anAuthor('globex'))).toMatchObject(question);
  });

  it('shows and deletes only the tenant’s own questions', async () => {
    const { id } = await questions.add('acme', question, author);
    expect(await questions.listAll('globex')).toEqual([]);
    expect(await questions.findOldest('globex')).toBeNull();
    for (const strange of [id, 'nothing-like-an-id', '', 'ffffffffffffffff'])
      await expect(questions.remove('globex', strange, anAuthor('globex'))).rejects.toBeInstanceOf(
        NotFoundError,
      );
    expect(await questions.listAll('acme')).toHaveLength(1);
    await questions.remove('acme', id, author);
    await expect(questions.remove('acme', id, author)).rejects.toBeInstanceOf(NotFoundError);
  });

  it('records additions and deletions in the audit log, with the actor and the address', async () => {
    const { id } = await questions.add('acme', question, author);
    await questions.remove('acme', id, author);
    const entries = await store.asSuperuser(
      'SELECT action, actor, role, address, tenant_id FROM audit_log WHERE target = $1 ORDER BY id',
      [id],
    );
    const by = { actor: 'key:tenant_admin', role: 'tenant_admin', address: '192.0.2.7', tenant_id: 'acme' };
    expect(entries).toEqual([
      { action: 'golden_question.create', ...by },
      { action: 'golden_question.delete', ...by },
    ]);
  });

  it('deletes the questions with their tenant, and adds none to a deleted tenant', async () => {
    await questions.add('globex', question, anAuthor('globex'));
    await store.asSuperuser(`SELECT attune_delete_tenant('globex')`);
    expect(await store.asSuperuser('SELECT FROM golden_questions')).toEqual([]);
    const late = questions.add('globex', question, anAuthor('globex'));
    await expect(late).rejects.toBeInstanceOf(NotFoundError);
  });
});
