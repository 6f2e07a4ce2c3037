import type { ConfigReader } from '#config';
import type { Database } from '#database';
import { InvalidInputError } from '#kernel';
import { type OpenDatabase, testDatabases } from '#testing';
import { WordEmbedder } from '../../testing/retrieval/word-embedder.js';
import { ChunkRepository } from '../retrieval/chunk.repository.js';
import { PostgresStore } from '../retrieval/postgres.store.js';
import { addTenants } from '../../testing/add-tenants.js';
import type { DocumentRequest } from './document.request.js';
import { DocumentsRepository } from './documents.repository.js';
import { DocumentsService } from './documents.service.js';

const longText = Array.from(
  { length: 100 },
  (_, index) => `This is sentence number ${index} of the text.`,
).join(' ');

function aDocument(fields: Partial<DocumentRequest> = {}): DocumentRequest {
  return { id: 'terms', title: 'Terms', text: 'Rights end on breach.', metadata: { year: 2026 }, ...fields };
}

class CountingEmbedder extends WordEmbedder {
  texts = 0;

  override embed(texts: readonly string[]): Promise<Float32Array[]> {
    this.texts += texts.length;
    return super.embed(texts);
  }
}

describe.each(testDatabases)('documents on %s', (_name, open) => {
  let opened: OpenDatabase;
  let database: Database;
  let repository: DocumentsRepository;
  let most = 100;
  let tenants = 0;
  let tenant = '';

  beforeAll(async () => {
    opened = await open();
    database = opened.database;
    repository = new DocumentsRepository(database);
  });

  beforeEach(async () => {
    most = 100;
    tenant = `tenant-${(tenants += 1)}`;
    await addTenants(database, tenant);
  });

  afterAll(() => opened.close());

  function service(embedder = new WordEmbedder()): DocumentsService {
    const configurations = {
      current: () => ({ settings: { max_documents: most } }),
    } as unknown as ConfigReader;
    return new DocumentsService(
      database,
      repository,
      new PostgresStore(database, new ChunkRepository(database)),
      embedder,
      configurations,
    );
  }

  const rows = <Row>(sql: string, id = tenant) => database.readAsTenant(id, () => database.query<Row>(sql));

  /** What the corpus says, and what there is. */
  async function counts(id = tenant): Promise<{ told: unknown; counted: unknown }> {
    const [told] = await rows('SELECT documents, chunks::int, terms::int FROM corpora', id);
    const [counted] = await rows(
      `SELECT (SELECT count(*)::int FROM documents) AS documents, count(*)::int AS chunks,
         coalesce(sum(terms), 0)::int AS terms FROM chunks`,
      id,
    );
    return { told, counted };
  }

  it('are created, left unchanged and replaced under one id', async () => {
    const documents = service();
    const created = await documents.add(tenant, aDocument());
    expect(created).toEqual({ docId: 'terms', title: 'Terms', chunks: 1, outcome: 'created' });
    expect(await documents.add(tenant, aDocument())).toEqual({ ...created, outcome: 'unchanged' });
    expect(await documents.add(tenant, aDocument({ text: longText }))).toEqual({
      ...created,
      chunks: 4,
      outcome: 'replaced',
    });
    const [only, ...others] = await rows<{ doc_id: string; text: string; chunks: number }>(
      'SELECT * FROM documents',
    );
    expect(only).toMatchObject({ doc_id: 'terms', text: longText, chunks: 4, metadata: { year: 2026 } });
    expect(others).toEqual([]);
    const { told, counted } = await counts();
    expect(told).toEqual(counted);
  });

  it('are not embedded again when unchanged, whatever the order of their metadata', async () => {
    const embedder = new CountingEmbedder();
    const documents = service(embedder);
    await documents.add(tenant, aDocument({ metadata: { a: 1, b: 2 } }));
    await documents.add(tenant, aDocument({ metadata: { b: 2, a: 1 } }));
    expect(embedder.texts).toBe(1);
  });

  it('are embedded again, though unchanged, by another embedder', async () => {
    await service().add(tenant, aDocument());
    expect((await service(new WordEmbedder('others')).add(tenant, aDocument())).outcome).toBe('replaced');
    expect(await rows('SELECT DISTINCT embedder FROM chunks')).toEqual([{ embedder: 'test:others' }]);
  });

  it('get an id of their own when none is given', async () => {
    const { title, text } = aDocument();
    const [one, two] = [
      await service().add(tenant, { title, text }),
      await service().add(tenant, { title, text }),
    ];
    expect(one.docId).toMatch(/^[0-9a-f]{16}$/);
    expect(two.docId).not.toBe(one.docId);
  });

  it('are deleted with all that was made from them', async () => {
    const documents = service();
    await documents.add(tenant, aDocument({ text: longText }));
    await documents.remove(tenant, 'terms');
    for (const table of ['documents', 'chunks', 'postings'])
      expect(await rows(`SELECT FROM ${table}`)).toEqual([]);
    expect((await counts()).told).toEqual({ documents: 0, chunks: 0, terms: 0 });
    await expect(documents.remove(tenant, 'terms')).rejects.toMatchObject({ slug: 'not-found' });
  });

  it('are never more than max_documents, however many are added at once', async () => {
    most = 5;
    const adding = Array.from({ length: 20 }, (_, index) =>
      service().add(tenant, aDocument({ id: `doc-${index}` })),
    );
    const results = await Promise.allSettled(adding);
    const refused = results
      .filter((result) => result.status === 'rejected')
      .map(({ reason }) => reason as Error);
    expect(refused).toHaveLength(15);
    for (const error of refused) {
      expect(error).toMatchObject({
        slug: 'conflict',
        message: expect.stringContaining('max_documents is 5'),
      });
    }
    const { told, counted } = await counts();
    expect(told).toMatchObject({ documents: 5, chunks: 5 });
    expect(counted).toEqual(told);
  });

  it('are added all or none when several come together', async () => {
    most = 4;
    const several = (name: string) => ['1', '2', '3'].map((at) => aDocument({ id: `${name}-${at}` }));
    const results = await Promise.allSettled(
      ['a', 'b', 'c'].map((name) => service().addAll(tenant, several(name))),
    );
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect((await counts()).told).toMatchObject({ documents: 3 });
    await expect(service().addAll(tenant, [aDocument(), aDocument({ id: 'x', text: ' ' })])).rejects.toThrow(
      'text must have',
    );
    const known = (await rows<{ doc_id: string }>('SELECT doc_id FROM documents'))[0]!.doc_id;
    const mixed = await service().addAll(tenant, [
      aDocument({ id: known }),
      aDocument({ id: 'new' }),
      aDocument({ id: known.replace('1', '2'), text: 'New.' }),
    ]);
    expect(mixed.map(({ outcome }) => outcome)).toEqual(['unchanged', 'created', 'replaced']);
  });

  it('are not added for somebody who left while they were embedded', async () => {
    const leaving = new AbortController();
    const told: [number, number][] = [];
    const onEmbedded = (done: number, total: number) => {
      told.push([done, total]);
      leaving.abort(new Error('left'));
    };
    const text = Array.from({ length: 100 }, (_, at) => `# Part ${at}\n\nOf the text.`).join('\n\n');
    const watcher = { onEmbedded, signal: leaving.signal };
    await expect(service().addAll(tenant, [aDocument({ text })], watcher)).rejects.toThrow('left');
    expect(told).toEqual([[64, 100]]);
    expect(await rows('SELECT FROM documents')).toEqual([]);
  });

  it('can be replaced, and after a deletion added, at the limit', async () => {
    most = 1;
    const documents = service();
    await documents.add(tenant, aDocument());
    await expect(documents.add(tenant, aDocument({ id: 'more' }))).rejects.toMatchObject({
      details: { limit: 1 },
    });
    expect((await documents.add(tenant, aDocument({ title: 'New' }))).outcome).toBe('replaced');
    await documents.remove(tenant, 'terms');
    expect((await documents.add(tenant, aDocument({ id: 'more' }))).outcome).toBe('created');
  });

  it('are created once when the same one is added many times at once', async () => {
    const adding = Array.from({ length: 8 }, () => service().add(tenant, aDocument()));
    const outcomes = (await Promise.all(adding)).map(({ outcome }) => outcome);
    expect(outcomes.toSorted()).toEqual(['created', ...Array.from({ length: 7 }, () => 'unchanged')]);
    expect((await counts()).told).toMatchObject({ documents: 1, chunks: 1 });
  });

  it('end as one writer left them when many replace them at once', async () => {
    const texts = Array.from({ length: 8 }, (_, index) => `${'word '.repeat(400 * index)}end ${index}.`);
    await Promise.all(texts.map((text) => service().add(tenant, aDocument({ text }))));
    const [kept] = await rows<{ text: string; chunks: number }>('SELECT text, chunks FROM documents');
    expect(texts).toContain(kept!.text);
    const { told, counted } = await counts();
    expect(told).toEqual(counted);
    expect(told).toMatchObject({ documents: 1, chunks: kept!.chunks });
  });

  it('are listed newest first, one page after another; replacing keeps the place', async () => {
    for (const id of ['a', 'b', 'c']) await service().add(tenant, aDocument({ id }));
    await service().add(tenant, aDocument({ id: 'a', title: 'Newer' }));
    const list = (limit: number, before: number | null) =>
      database.readAsTenant(tenant, () => repository.list(limit, before));
    const first = await list(2, null);
    expect(first.map((one) => one.doc_id)).toEqual(['c', 'b']);
    expect((await list(2, first[1]!.number)).map((one) => one.doc_id)).toEqual(['a']);
  });

  it('belong to one tenant: the same id elsewhere is another document', async () => {
    const other = `${tenant}-other`;
    await addTenants(database, other);
    await service().add(tenant, aDocument());
    await service().add(other, aDocument({ text: 'Something else.' }));
    await expect(service().remove(other, 'unknown')).rejects.toMatchObject({ slug: 'not-found' });
    await service().remove(other, 'terms');
    expect(await rows('SELECT text FROM documents')).toEqual([{ text: 'Rights end on breach.' }]);
    for (const table of ['documents', 'chunks', 'postings'])
      expect(await rows(`SELECT FROM ${table}`, other)).toEqual([]);
  });

  it('go with their tenant', async () => {
    await service().add(tenant, aDocument({ text: longText }));
    await database.asPlatform(tenant, () => database.query('SELECT attune_delete_tenant($1)', [tenant]));
    for (const table of ['corpora', 'documents', 'chunks', 'postings'])
      expect(await rows(`SELECT FROM ${table}`)).toEqual([]);
  });

  it.each([
    ['NUL in the text', { text: 'ab\0c' }, { field: 'text', rule: 'pattern', offset: 2 }],
    ['a control character in the text', { text: 'a\u0007' }, { field: 'text', rule: 'pattern', offset: 1 }],
    ['half a surrogate pair', { text: 'abc\ud800' }, { field: 'text', rule: 'pattern', offset: 3 }],
    ['a text of white space', { text: ' \n\t ' }, { field: 'text', rule: 'pattern' }],
    ['a line end in the title', { title: 'a\nb' }, { field: 'title', rule: 'pattern', offset: 1 }],
    ['a blank title', { title: ' ' }, { field: 'title', rule: 'pattern' }],
    ['nested metadata', { metadata: { a: { b: 1 } } }, { field: 'metadata.a', rule: 'type' }],
    ['a list in the metadata', { metadata: { a: [1] } }, { field: 'metadata.a', rule: 'type' }],
    ['NUL in the metadata', { metadata: { a: '\0' } }, { field: 'metadata.a', rule: 'pattern' }],
    ['NUL in a name of the metadata', { metadata: { 'a\0': 1 } }, { field: 'metadata.a\0', rule: 'pattern' }],
    [
      'much metadata',
      { metadata: { a: 'é'.repeat(2048) } },
      { field: 'metadata', rule: 'max_length', max_length: 4096 },
    ],
  ])('are refused with %s, and nothing is changed', async (_fault, fields, fault) => {
    const refused = await service()
      .add(tenant, aDocument(fields))
      .catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(InvalidInputError);
    expect((refused as InvalidInputError).fieldErrors).toEqual([expect.objectContaining(fault)]);
    expect(await rows('SELECT FROM corpora')).toEqual([]);
  });

  it('keep every honest character', async () => {
    const text = 'Tab\there.\r\nForm feed\fand “quotes”, 数学, 🦔, \u200b, \\u0000, {braces} and $1.';
    const metadata = { '__proto__.x': 'é', empty: '', no: false, nothing: null };
    await service().add(tenant, aDocument({ text, metadata }));
    expect(await rows('SELECT text, metadata FROM documents')).toEqual([{ text, metadata }]);
  });
});
