import { Logger } from '@nestjs/common';
import { type OpenedStore, addTenants, stores } from '../../testing/retrieval/open-stores.js';
import { StoreDriver } from '../../testing/retrieval/vector-store.contract.js';

/** `ISOLATION_OPERATIONS=10000 npx jest isolation.int-spec` for a long run. */
const operations = Number(process.env['ISOLATION_OPERATIONS'] ?? 400);
const tenants = Array.from({ length: 20 }, (_, index) => `tenant-${index}`);
const lanesPerTenant = 2;
const documentIds = ['a', 'b', 'c', 'd'];
const words = ['wing', 'shock', 'heat', 'slab', 'layer', 'panel'];

/** Park and Miller's generator, so that a failure can be repeated. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => (state = (state * 48_271) % 2_147_483_647) % below;
}

/** A word that only the tenant's documents have. */
const tenantMark = (tenantId: string) => `mark${tenantId.replace('-', '')}x`;

describe.each(stores)('tenant isolation of the vector store on %s', (_name, open) => {
  let opened: OpenedStore;
  const user = new StoreDriver(() => opened);

  beforeAll(async () => {
    Logger.overrideLogger(false);
    opened = await open();
    await addTenants(opened.database, ...tenants);
  });
  afterAll(() => opened.close());

  async function add(tenantId: string, random: (below: number) => number): Promise<void> {
    const id = documentIds[random(documentIds.length)]!;
    const some = Array.from({ length: 1 + random(30) }, () => words[random(words.length)]);
    const text = `${tenantMark(tenantId)} ${id}: the ${some.join(' ')}. ${tenantMark(tenantId)}.`;
    await user.load(tenantId, { [id]: text });
  }

  async function remove(tenantId: string, random: (below: number) => number): Promise<void> {
    const id = documentIds[random(documentIds.length)]!;
    await user
      .documents()
      .remove(tenantId, id)
      .catch((error: { slug?: string }) => {
        if (error.slug !== 'not-found') throw error as Error;
      });
  }

  /** Searches for words of another tenant; returns the texts that are not the tenant's own. */
  async function findForeignTexts(tenantId: string, random: (below: number) => number): Promise<string[]> {
    const other = tenants[random(tenants.length)]!;
    const question = `${tenantMark(other)} ${words[random(words.length)]} ${words[random(words.length)]}`;
    const { chunks } = await user.retrieve(tenantId, question, [0, 0.5, 1][random(3)]!);
    return chunks.map(({ text }) => text).filter((text) => !text.startsWith(`${tenantMark(tenantId)} `));
  }

  it(`never returns a text of another tenant in ${operations} concurrent operations`, async () => {
    const each = Math.ceil(operations / (tenants.length * lanesPerTenant));
    const leaks: string[] = [];
    let searches = 0;
    const lane = async (tenantId: string, seed: number): Promise<void> => {
      const random = randomFrom(seed);
      await add(tenantId, random);
      for (let done = 1; done < each; done += 1) {
        const dice = random(10);
        if (dice < 3) await add(tenantId, random);
        else if (dice < 4) await remove(tenantId, random);
        else leaks.push(...(await findForeignTexts(tenantId, random).finally(() => (searches += 1))));
      }
    };
    const lanes = tenants.flatMap((tenantId, index) =>
      Array.from({ length: lanesPerTenant }, (_, at) => lane(tenantId, 7 + index * lanesPerTenant + at)),
    );
    await Promise.all(lanes);
    expect(leaks).toEqual([]);
    expect(searches).toBeGreaterThan(operations / 4);
  }, 600_000);
});
