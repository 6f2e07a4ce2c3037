import type { ApiClient } from '#testing';
import { type HostileFile, hostileFiles } from '../../../testing/documents/hostile-files.js';
import { aPdfOfPages } from '../../../testing/documents/cid-pdf.js';
import { aPdf, anEncryptedPdf } from '../../../testing/documents/pdf-files.js';
import { type RagApp, startRagApp } from '../../../testing/rag-app.js';

interface SentFile {
  readonly name: string;
  readonly bytes: Buffer | string;
  readonly type?: string;
}

interface UploadEvent {
  readonly event: string;
  readonly data: Record<string, unknown>;
}

const rent = { name: 'rent.md', bytes: '# Rent\n\nThe rent is due on the first.', type: 'text/markdown' };
const pets = { name: 'pets.html', bytes: '<!doctype html><h1>Pets</h1><p>No quaggas.', type: 'text/html' };
const fees = { name: 'fees.pdf', bytes: aPdf('A late fee of 5 is charged.'), type: 'application/pdf' };

describe('POST /v1/documents with a form', () => {
  let app: RagApp;
  let api: ApiClient;

  beforeAll(async () => {
    app = await startRagApp();
  });
  beforeEach(async () => {
    api = await app.newTenant();
  });
  afterAll(() => app.close());

  function formOf(files: readonly SentFile[], fields: Record<string, string> = {}): FormData {
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.append(name, value);
    for (const { name, bytes, type = '' } of files) {
      form.append('file', new Blob([new Uint8Array(Buffer.from(bytes))], { type }), name);
    }
    return form;
  }

  function upload(files: readonly SentFile[], fields?: Record<string, string>, headers = {}) {
    return api.send<Record<string, unknown>>('/v1/documents', {
      method: 'POST',
      body: formOf(files, fields),
      headers,
    });
  }

  async function listTitles(): Promise<string[]> {
    const { body } = await api.get<{ items: { title: string }[] }>('/v1/documents');
    return body.items.map(({ title }) => title);
  }

  async function uploadWithEvents(files: readonly SentFile[]): Promise<UploadEvent[]> {
    const {
      status,
      headers,
      body: text,
    } = await api.send<string>('/v1/documents', {
      method: 'POST',
      body: formOf(files),
      headers: { accept: 'text/event-stream' },
    });
    expect([status, headers.get('content-type')]).toEqual([200, 'text/event-stream; charset=utf-8']);
    return text
      .split('\n\n')
      .filter((block) => block.startsWith('event'))
      .map((block) => block.split('\n'))
      .map(([event, data]) => ({
        event: event!.slice(7),
        data: JSON.parse(data!.slice(6)) as UploadEvent['data'],
      }));
  }

  it('uses the file name as id, so the same name replaces the document or leaves it unchanged', async () => {
    const body = { doc_id: 'rent.md', title: 'Rent', chunks: 1, unchanged: false, warnings: [] };
    expect(await upload([rent])).toMatchObject({ status: 201, body });
    expect(await upload([rent])).toMatchObject({ status: 200, body: { ...body, unchanged: true } });
    expect(await upload([{ ...rent, bytes: 'New.' }])).toMatchObject({
      status: 200,
      body: { ...body, title: 'rent.md' },
    });
  });

  it('takes the title from the document, and the file name if the document has none', async () => {
    const plain = { name: 'plain.txt', bytes: 'Only a sentence.' };
    await upload([rent, pets, fees, plain]);
    expect(await listTitles()).toEqual(['plain.txt', 'fees.pdf', 'Pets', 'Rent']);
  });

  it('makes one document of a file name in the two Unicode forms', async () => {
    const names = ['Kündigung.txt', 'Ku\u0308ndigung.txt'];
    const [first, second] = [
      await upload([{ name: names[0]!, bytes: 'Old.' }]),
      await upload([{ name: names[1]!, bytes: 'New.' }]),
    ];
    expect(second.body).toMatchObject({ doc_id: first.body['doc_id'], title: names[0] });
    expect(await listTitles()).toEqual([names[0]]);
  });

  it('decodes a file in the encoding that the type of its part declares', async () => {
    const bytes = Buffer.from('Geb\u00fchr: f\u00fcnf', 'latin1');
    await upload([{ name: 'a.txt', type: 'text/plain; charset=iso-8859-1', bytes }, pets]);
    expect((await api.get('/v1/documents/a.txt')).body).toMatchObject({ text: 'Gebühr: fünf' });
  });

  it('says in the answer which pages have no text', async () => {
    const scan = { name: 'scan.pdf', bytes: aPdfOfPages([[{ text: 'Page one.' }], []]) };
    const { status, body } = await upload([scan]);
    expect(status).toBe(201);
    expect(body['warnings']).toEqual([expect.stringMatching(/^Page 2 has no text\./)]);
  });

  it('refuses a file without a name, because the name would be its id', async () => {
    const nameless = [
      '--x\r\ncontent-disposition: form-data; name="file"; filename=""\r\n\r\nText.\r\n',
      '--x--\r\n',
    ].join('');
    const headers = { 'content-type': 'multipart/form-data; boundary=x' };
    const send = (body: string) =>
      api.send<Record<string, unknown>>('/v1/documents', { method: 'POST', headers, body });
    expect(await send(nameless)).toMatchObject({
      status: 400,
      body: { errors: [{ field: 'files.0', rule: 'required' }] },
    });
    const withId = `--x\r\ncontent-disposition: form-data; name="id"\r\n\r\nrent\r\n${nameless}`;
    expect(await send(withId)).toMatchObject({ status: 201, body: { doc_id: 'rent', title: 'untitled' } });
  });

  it('takes id, title and metadata from the form fields', async () => {
    const fields = { id: 'r1', title: 'The rent', metadata: '{"year":2026}' };
    expect((await upload([rent], fields)).status).toBe(201);
    expect((await api.get('/v1/documents/r1')).body).toMatchObject({
      title: 'The rent',
      metadata: { year: 2026 },
      text: rent.bytes,
    });
  });

  it('adds Markdown, HTML and PDF files together and lists them in their order', async () => {
    const { status, body } = await upload([rent, pets, fees]);
    expect(status).toBe(201);
    expect(body['items']).toMatchObject([
      { doc_id: 'rent.md' },
      { doc_id: 'pets.html' },
      { doc_id: 'fees.pdf' },
    ]);
    expect((await api.get('/v1/documents/pets.html')).body).toMatchObject({ text: '# Pets\n\nNo quaggas.' });
    expect((await api.get('/v1/documents/fees.pdf')).body).toMatchObject({
      text: 'A late fee of 5 is charged.',
    });
  });

  it('adds all files or none, and names every unreadable file with the reason', async () => {
    const secret = { name: 'secret.pdf', bytes: anEncryptedPdf() };
    const { status, body } = await upload([rent, secret, { name: 'empty.txt', bytes: '' }]);
    expect(status).toBe(400);
    expect(body['errors']).toMatchObject([
      {
        field: 'files.1',
        value: 'secret.pdf',
        message: 'The file "secret.pdf" is encrypted with a password.',
      },
      { field: 'files.2', value: 'empty.txt', message: expect.stringContaining('has no text') },
    ]);
    expect(await listTitles()).toEqual([]);
  });

  it('sends progress events and then done with the outcome', async () => {
    const events = await uploadWithEvents([rent, fees]);
    expect(events.map(({ event }) => event)).toEqual(['progress', 'progress', 'progress', 'done']);
    expect(events[1]!.data).toEqual({ stage: 'read', done: 2, total: 2 });
    expect(events[2]!.data).toEqual({ stage: 'embed', done: 2, total: 2 });
    expect(events[3]!.data).toMatchObject({ items: [{ doc_id: 'rent.md' }, { doc_id: 'fees.pdf' }] });
  });

  it('sends an error event as the last event of a failed upload', async () => {
    const events = await uploadWithEvents([{ name: 'a.pdf', bytes: 'no' }]);
    expect(events.at(-1)).toMatchObject({
      event: 'error',
      data: { type: '/problems/invalid-input', status: 400 },
    });
    expect(await listTitles()).toEqual([]);
  });

  it('compares repeated forms by content under an Idempotency-Key, and refuses the key with events', async () => {
    const headers = { 'idempotency-key': 'k1' };
    const first = await upload([rent], { id: 'one' }, headers);
    expect(await upload([rent], { id: 'one' }, headers)).toMatchObject({ status: 201, body: first.body });
    expect((await upload([{ ...rent, bytes: 'Other.' }], { id: 'one' }, headers)).status).not.toBe(201);
    const events = { 'idempotency-key': 'k2', accept: 'text/event-stream' };
    expect(await upload([rent], {}, events)).toMatchObject({
      status: 400,
      body: { errors: [{ field: 'Idempotency-Key' }] },
    });
  });

  it.each<[string, SentFile[], Record<string, string>, string]>([
    ['no file', [], { title: 'x' }, 'files required'],
    ['an unknown field', [rent], { tenant_id: 'x' }, 'tenant_id unknown_field'],
    ['an id for several files', [rent, pets], { id: 'x' }, 'id combination'],
    ['two files of the same name', [rent, rent], {}, 'files.1 pattern'],
    ['an id that is a path', [rent], { id: '../x' }, 'id pattern'],
    ['metadata that is not JSON', [rent], { metadata: '{' }, 'metadata type'],
    ['metadata that is a list', [rent], { metadata: '[]' }, 'metadata type'],
    ['a title of 301 characters', [rent], { title: 't'.repeat(301) }, 'title max_length'],
    ['21 files', Array.from({ length: 21 }, (_, at) => ({ ...rent, name: `${at}` })), {}, 'files too_many'],
    ['a field named as a prototype', [rent], { __proto__x: '1', constructor: '1' }, ''],
  ])('answers 400 to a form with %s', async (_name, files, fields, fault) => {
    const { status, body } = await upload(files, fields);
    const [first] = body['errors'] as { field: string; rule: string }[];
    expect(status).toBe(400);
    if (fault !== '') expect(`${first!.field} ${first!.rule}`).toBe(fault);
    expect(await listTitles()).toEqual([]);
  });

  it('answers 413 when one file or the whole form is too large', async () => {
    const sized = (name: string, mebibytes: number) => ({
      name,
      bytes: Buffer.alloc(mebibytes * 2 ** 20, 'a'),
    });
    expect((await upload([sized('a.txt', 17)])).status).toBe(413);
    expect((await upload([sized('a.txt', 15), sized('b.txt', 15), sized('c.txt', 15)])).status).toBe(413);
    expect(await listTitles()).toEqual([]);
  });

  it.each([
    ['no bytes', ''],
    ['no parts', '--x--\r\n'],
    ['an incomplete part', '--x\r\ncontent-disposition: form-data; name="f"; filename="a.txt"\r\n\r\nabc'],
    ['no boundary', 'something else'],
  ])('answers 400 to a multipart body with %s', async (_name, body) => {
    const headers = { 'content-type': 'multipart/form-data; boundary=x' };
    expect((await api.send('/v1/documents', { method: 'POST', headers, body })).status).toBe(400);
  });

  it('refuses forms on other routes, without a valid key and of another multipart type', async () => {
    const body = formOf([rent]);
    expect((await api.send('/v1/query', { method: 'POST', body })).status).toBe(415);
    expect(
      (await api.as('atn_no_key').send('/v1/documents', { method: 'POST', body: formOf([rent]) })).status,
    ).toBe(401);
    const mixed = { 'content-type': 'multipart/mixed; boundary=x' };
    expect((await api.send('/v1/documents', { method: 'POST', headers: mixed, body: 'x' })).status).toBe(415);
  });

  it.each(hostileFiles().map((file): [string, HostileFile] => [file.name.slice(0, 40), file]))(
    'handles the hostile file %s',
    async (_name, { refusal, ...file }) => {
      const { status, body } = await upload([file]);
      if (refusal === null) {
        expect([status, await listTitles()]).toEqual([201, [body['title']]]);
        expect((await api.get(`/v1/documents/${String(body['doc_id'])}`)).status).toBe(200);
      } else {
        expect([status, await listTitles()]).toEqual([400, []]);
        expect(body['errors']).toEqual([
          expect.objectContaining({ field: 'files.0', message: expect.stringMatching(refusal) }),
        ]);
      }
      expect((await app.platform.get('/v1/platform/plans')).status).toBe(200);
    },
  );
});
