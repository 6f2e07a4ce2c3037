import { Logger } from '@nestjs/common';
import { analyseText } from '../../analysis/analyse-text.js';
import { waitFor } from '#testing';
import {
  type OpenedPineconeStore,
  addTenants,
  openPineconeStore,
} from '../../../testing/retrieval/open-stores.js';
import { StoreDriver } from '../../../testing/retrieval/vector-store.contract.js';

describe('PineconeStore', () => {
  let opened: OpenedPineconeStore;
  let tenant = '';
  let tenants = 0;
  const user = new StoreDriver(() => opened);
  const pages = { one: 'The quagga grazes.', two: 'A zebra sleeps.' };

  beforeAll(async () => {
    Logger.overrideLogger(false);
    opened = await openPineconeStore();
  });

  beforeEach(async () => {
    opened.server.failure = null;
    tenant = `acme-${(tenants += 1)}`;
    await addTenants(opened.database, tenant);
  });

  afterAll(() => opened.close());

  const rows = () =>
    opened.database.readAsTenant(tenant, () =>
      opened.database.query<{ external_key: string; size: number }>(
        'SELECT external_key, cardinality(embedding) AS size FROM chunks ORDER BY document_number',
      ),
    );

  it('keeps each tenant’s vectors in its own namespace, and none in the database', async () => {
    await user.load(tenant, pages);
    const stored = await rows();
    expect(stored.map(({ size }) => size)).toEqual([0, 0]);
    expect(opened.server.idsIn(tenant)).toEqual(stored.map(({ external_key: key }) => `${key}#1`).toSorted());
  });

  it('replaces the words of a stored chunk, and of no other', async () => {
    await user.load(tenant, pages);
    const keys = (await rows()).map(({ external_key: key }) => key);
    const words = () => keys.map((key) => opened.server.wordsOf(tenant, `${key}#1`));
    const [one, two] = words();
    const okapi = { position: 1, words: analyseText('The okapi browses by night.', 'en') };
    await opened.store.replaceWords(tenant, [
      { ...okapi, external_key: keys[0]! },
      { ...okapi, external_key: 'gone' },
      { ...okapi, external_key: null },
    ]);
    expect(words()).toEqual([expect.not.arrayContaining([...one!]), two]);
    expect(words()[0]).toHaveLength(3);
    expect(opened.server.idsIn(tenant)).toHaveLength(2);
  });

  it('stores a chunk with more words than Pinecone takes', async () => {
    const text = Array.from({ length: 1_150 }, (_, at) => String.fromCodePoint(0x4e00 + at * 7)).join('');
    await user.load(tenant, { one: text });
    expect((await user.retrieve(tenant, text.slice(0, 2), 0.5)).chunks).toHaveLength(1);
  });

  it('deletes the vectors of deleted and replaced documents', async () => {
    await user.load(tenant, pages);
    await user.load(tenant, { one: 'The okapi browses.' });
    await user.documents().remove(tenant, 'two');
    await waitFor(() => opened.server.idsIn(tenant)?.length === 1);
    expect(opened.server.idsIn(tenant)).toEqual([`${(await rows())[0]!.external_key}#1`]);
  });

  it('deletes vectors after an outage of Pinecone', async () => {
    await user.load(tenant, pages);
    opened.server.failure = 503;
    await user.documents().remove(tenant, 'one');
    const failed = opened.server.calls.length;
    await waitFor(() => opened.server.calls.slice(failed).includes('POST /vectors/delete'));
    expect(opened.server.idsIn(tenant)).toHaveLength(2);
    opened.server.failure = null;
    await waitFor(() => opened.server.idsIn(tenant)?.length === 1);
  });

  it('deletes a tenant’s namespace with the tenant', async () => {
    await user.load(tenant, pages);
    await opened.database.asPlatform(tenant, async () => {
      await opened.database.query('SELECT attune_delete_tenant($1)', [tenant]);
      await opened.deletions.enqueueTenant(tenant);
    });
    await waitFor(() => opened.server.idsIn(tenant) === null);
  });

  it('changes nothing when Pinecone refuses the vectors', async () => {
    await user.load(tenant, pages);
    opened.server.failure = 500;
    await expect(user.load(tenant, { one: 'New.', three: 'Third.' })).rejects.toMatchObject({
      slug: 'upstream-failed',
    });
    opened.server.failure = null;
    expect(await rows()).toHaveLength(2);
    const { chunks, degraded } = await user.retrieve(tenant, 'quagga', 0.5);
    expect([chunks[0]!.text, degraded]).toEqual([pages.one, []]);
  });

  it.each([[503], [429], ['silence']] as const)(
    'uses keywords alone, and says so, while Pinecone answers %s',
    async (failure) => {
      await user.load(tenant, pages);
      const byKeywords = await user.retrieve(tenant, 'zebra', 0);
      opened.server.failure = failure;
      const { chunks, degraded } = await user.retrieve(tenant, 'zebra', 0.5);
      expect(degraded).toEqual([{ stage: 'retrieve', reason: 'keywords only: Pinecone did not answer' }]);
      expect(chunks).toEqual(byKeywords.chunks);
      expect(await user.retrieve(tenant, 'zebra', 0)).toEqual(byKeywords);
    },
    20_000,
  );

  it.each([
    [400, false],
    [401, false],
    [503, true],
  ])('says after status %d whether trying again helps: %s', async (status, helps) => {
    opened.server.failure = status;
    const failure = (await user.load(tenant, pages).catch((error: unknown) => error)) as Error;
    expect(failure.message.includes('Try again later')).toBe(helps);
    expect(failure.message.includes('PINECONE_API_KEY')).toBe(!helps);
  });

  it('never shows its API key in an error', async () => {
    opened.server.failure = 401;
    const failure = (await user.load(tenant, pages).catch((error: unknown) => error)) as Error;
    expect(failure).toMatchObject({ slug: 'upstream-failed' });
    expect(failure.message).not.toContain(opened.server.apiKey);
  });
});
