import type { Database } from '#database';
import { InvalidInputError } from '#kernel';
import { type OpenDatabase, testDatabases } from '#testing';
import { aDocumentsService } from '../../testing/documents/documents-service.js';
import { WordEmbedder } from '../../testing/retrieval/word-embedder.js';
import { ChunkRepository } from '../retrieval/chunk.repository.js';
import { PostgresStore } from '../retrieval/postgres.store.js';
import { addTenants } from '../../testing/retrieval/open-stores.js';
import type { DocumentRequest } from './document.request.js';
import { DocumentsRepository } from './documents.repository.js';
import type { DocumentsService } from './documents.service.js';

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

describe.each(testDatabases)('DocumentsService on %s', (_name, open) => {
  let opened: OpenDatabase;
  let database: Database;
  let repository: DocumentsRepository;
  let maxDocuments = 100;
  let tenants = 0;
  let tenant = '';

  beforeAll(async () => {
    opened = await open();
    database = opened.database;
    repository = new DocumentsRepository(database);
  });

  beforeEach(async () => {
    maxDocuments = 100;
    tenant = `tenant-${(tenants += 1)}`;
    await addTenants(database, tenant);
  });

  afterAll(() => opened.close());

  function service(embedder = new WordEmbedder()): DocumentsService {
    const store = new PostgresStore(database, new ChunkRepository(database));
    return aDocumentsService({ database, store, embedder, maxDocuments: () => maxDocuments });
  }

  const rows = <Row>(sql: string, id = tenant) => database.readAsTenant(id, () => database.query<Row>(sql));

  /** The totals in the corpus row, and the counted rows. */
  async function counts(id = tenant): Promise<{ totals: unknown; counted: unknown }> {
    const [totals] = await rows('SELECT documents, chunks::int, terms::int FROM corpora', id);
    const [counted] = await rows(
      `SELECT (SELECT count(*)::int FROM documents) AS documents, count(*)::int AS chunks,
         coalesce(sum(terms), 0)::int AS terms FROM chunks`,
      id,
    );
    return { totals, counted };
  }

  it('creates a document, keeps it unchanged when it is identical and replaces it when it differs', async () => {
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
    const { totals, counted } = await counts();
    expect(totals).toEqual(counted);
  });

  it('does not embed an unchanged document again, whatever the order of its metadata', async () => {
    const embedder = new CountingEmbedder();
    const documents = service(embedder);
    await documents.add(tenant, aDocument({ metadata: { a: 1, b: 2 } }));
    await documents.add(tenant, aDocument({ metadata: { b: 2, a: 1 } }));
    expect(embedder.texts).toBe(1);
  });

  it('does not embed a chunk again that an upload had embedded before it was aborted, but does after it was saved', async () => {
    const embedder = new CountingEmbedder();
    const documents = service(embedder);
    const client = new AbortController();
    const aborting = documents.addAll(tenant, [aDocument({ text: longText })], {
      onEmbedded: () => client.abort(new Error('The client left.')),
      signal: client.signal,
    });
    await expect(aborting).rejects.toThrow('The client left.');
    const { texts } = embedder;
    const { chunks } = await documents.add(tenant, aDocument({ text: longText }));
    expect([texts, embedder.texts]).toEqual([chunks, chunks]);
    await documents.add(tenant, aDocument({ text: longText, id: 'copy' }));
    expect(embedder.texts).toBe(2 * chunks);
  });

  it('embeds an unchanged document again when the embedder has changed', async () => {
    await service().add(tenant, aDocument());
    expect((await service(new WordEmbedder('others')).add(tenant, aDocument())).outcome).toBe('replaced');
    expect(await rows('SELECT DISTINCT embedder FROM chunks')).toEqual([{ embedder: 'test:others' }]);
  });

  it('generates an id for a document without one', async () => {
    const { title, text } = aDocument();
    const [one, two] = [
      await service().add(tenant, { title, text }),
      await service().add(tenant, { title, text }),
    ];
    expect(one.docId).toMatch(/^[0-9a-f]{16}$/);
    expect(two.docId).not.toBe(one.docId);
  });

  it('removes a document with its chunks and postings', async () => {
    const documents = service();
    await documents.add(tenant, aDocument({ text: longText }));
    await documents.remove(tenant, 'terms');
    for (const table of ['documents', 'chunks', 'postings'])
      expect(await rows(`SELECT FROM ${table}`)).toEqual([]);
    expect((await counts()).totals).toEqual({ documents: 0, chunks: 0, terms: 0 });
    await expect(documents.remove(tenant, 'terms')).rejects.toMatchObject({ slug: 'not-found' });
  });

  it('never lets a tenant exceed max_documents, however many documents are added at once', async () => {
    maxDocuments = 5;
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
    const { totals, counted } = await counts();
    expect(totals).toMatchObject({ documents: 5, chunks: 5 });
    expect(counted).toEqual(totals);
  });

  it('adds all documents of a call or none', async () => {
    maxDocuments = 4;
    const several = (name: string) => ['1', '2', '3'].map((at) => aDocument({ id: `${name}-${at}` }));
    const results = await Promise.allSettled(
      ['a', 'b', 'c'].map((name) => service().addAll(tenant, several(name))),
    );
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect((await counts()).totals).toMatchObject({ documents: 3 });
    await expect(service().addAll(tenant, [aDocument(), aDocument({ id: 'x', text: ' ' })])).rejects.toThrow(
      'text must contain',
    );
    const existingId = (await rows<{ doc_id: string }>('SELECT doc_id FROM documents'))[0]!.doc_id;
    const mixed = await service().addAll(tenant, [
      aDocument({ id: existingId }),
      aDocument({ id: 'new' }),
      aDocument({ id: existingId.replace('1', '2'), text: 'New.' }),
    ]);
    expect(mixed.map(({ outcome }) => outcome)).toEqual(['unchanged', 'created', 'replaced']);
  });

  it('adds nothing when the caller aborts while the document is embedded', async () => {
    const leaving = new AbortController();
    const progress: [number, number][] = [];
    const onEmbedded = (done: number, total: number) => {
      progress.push([done, total]);
      leaving.abort(new Error('left'));
    };
    const text = Array.from({ length: 100 }, (_, at) => `# Part ${at}\n\nOf the text.`).join('\n\n');
    const options = { onEmbedded, signal: leaving.signal };
    await expect(service().addAll(tenant, [aDocument({ text })], options)).rejects.toThrow('left');
    expect(progress).toEqual([[64, 100]]);
    expect(await rows('SELECT FROM documents')).toEqual([]);
  });

  it('replaces a document at the limit, and adds one after a deletion', async () => {
    maxDocuments = 1;
    const documents = service();
    await documents.add(tenant, aDocument());
    await expect(documents.add(tenant, aDocument({ id: 'more' }))).rejects.toMatchObject({
      details: { limit: 1 },
    });
    expect((await documents.add(tenant, aDocument({ title: 'New' }))).outcome).toBe('replaced');
    await documents.remove(tenant, 'terms');
    expect((await documents.add(tenant, aDocument({ id: 'more' }))).outcome).toBe('created');
  });

  it('creates a document once when it is added many times at once', async () => {
    const adding = Array.from({ length: 8 }, () => service().add(tenant, aDocument()));
    const outcomes = (await Promise.all(adding)).map(({ outcome }) => outcome);
    expect(outcomes.toSorted()).toEqual(['created', ...Array.from({ length: 7 }, () => 'unchanged')]);
    expect((await counts()).totals).toMatchObject({ documents: 1, chunks: 1 });
  });

  it('leaves one complete version when many writers replace a document at once', async () => {
    const texts = Array.from({ length: 8 }, (_, index) => `${'word '.repeat(400 * index)}end ${index}.`);
    await Promise.all(texts.map((text) => service().add(tenant, aDocument({ text }))));
    const [kept] = await rows<{ text: string; chunks: number }>('SELECT text, chunks FROM documents');
    expect(texts).toContain(kept!.text);
    const { totals, counted } = await counts();
    expect(totals).toEqual(counted);
    expect(totals).toMatchObject({ documents: 1, chunks: kept!.chunks });
  });

  it('lists documents newest first in pages, and a replaced document keeps its place', async () => {
    for (const id of ['a', 'b', 'c']) await service().add(tenant, aDocument({ id }));
    await service().add(tenant, aDocument({ id: 'a', title: 'Newer' }));
    const list = (limit: number, before: number | null) =>
      database.readAsTenant(tenant, () => repository.list({}, limit, before));
    const first = await list(2, null);
    expect(first.map((one) => one.doc_id)).toEqual(['c', 'b']);
    expect((await list(2, first[1]!.number)).map((one) => one.doc_id)).toEqual(['a']);
  });

  it('keeps documents with the same id apart by tenant', async () => {
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

  it('removes all documents when their tenant is deleted', async () => {
    await service().add(tenant, aDocument({ text: longText }));
    await database.asPlatform(tenant, () => database.query('SELECT attune_delete_tenant($1)', [tenant]));
    for (const table of ['corpora', 'documents', 'chunks', 'postings'])
      expect(await rows(`SELECT FROM ${table}`)).toEqual([]);
  });

  it.each([
    ['NUL in the text', { text: 'ab\0c' }, { field: 'text', rule: 'pattern', offset: 2 }],
    ['a control character in the text', { text: 'a\u0007' }, { field: 'text', rule: 'pattern', offset: 1 }],
    ['a lone surrogate', { text: 'abc\ud800' }, { field: 'text', rule: 'pattern', offset: 3 }],
    ['a text of white space', { text: ' \n\t ' }, { field: 'text', rule: 'pattern' }],
    ['a line break in the title', { title: 'a\nb' }, { field: 'title', rule: 'pattern', offset: 1 }],
    ['a blank title', { title: ' ' }, { field: 'title', rule: 'pattern' }],
    ['nested metadata', { metadata: { a: { b: 1 } } }, { field: 'metadata.a', rule: 'type' }],
    ['a list in the metadata', { metadata: { a: [1] } }, { field: 'metadata.a', rule: 'type' }],
    ['NUL in the metadata', { metadata: { a: '\0' } }, { field: 'metadata.a', rule: 'pattern' }],
    ['NUL in a name of the metadata', { metadata: { 'a\0': 1 } }, { field: 'metadata.a\0', rule: 'pattern' }],
  ])('refuses a document with %s and changes nothing', async (_fault, fields, fault) => {
    const refused = await service()
      .add(tenant, aDocument(fields))
      .catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(InvalidInputError);
    expect((refused as InvalidInputError).fieldErrors).toEqual([expect.objectContaining(fault)]);
    expect(await rows('SELECT FROM corpora')).toEqual([]);
  });

  it('stores every printable character, tabs and line breaks unchanged', async () => {
    const text = 'Tab\there.\r\nForm feed\fand “quotes”, 数学, 🦔, \u200b, \\u0000, {braces} and $1.';
    const metadata = { '__proto__.x': 'é', empty: '', no: false, nothing: null };
    await service().add(tenant, aDocument({ text, metadata }));
    expect(await rows('SELECT text, metadata FROM documents')).toEqual([{ text, metadata }]);
  });
});
