/** Documents that replicas keep in memory, and their deletion on another replica. */
import { type ApiClient, type ClusterReplica, ReplicaCluster, waitFor } from '#testing';
import { type TestTenant, createTenant } from '../app/test-app.js';
import { uniqueName } from './cluster-tenant.js';
import { rounds } from './rounds.js';

let cluster: ReplicaCluster;
let [replicaOne, replicaTwo]: ClusterReplica[] = [];

beforeAll(async () => {
  cluster = await ReplicaCluster.start();
  [replicaOne, replicaTwo] = cluster.replicas;
});
afterEach(() => cluster.restore());
afterAll(() => cluster.close());

/** A tenant that searches by keywords alone, with a document that stays. */
async function createTenantWithDocument(): Promise<TestTenant> {
  const tenant = await createTenant(replicaOne!.client(), uniqueName('reader'));
  const admin = replicaOne!.client(tenant.adminKey);
  expect((await admin.patch('/v1/config', { retrieval_alpha: 0 })).status).toBe(200);
  await add(admin, 'kept');
  return tenant;
}

async function add(admin: ApiClient, id: string): Promise<void> {
  const { status } = await admin.post('/v1/documents', { id, title: id, text: `The quagga is in ${id}.` });
  expect(status).toBe(201);
}

/** The documents that the answer is made from. */
async function sourcesOf(reader: ApiClient): Promise<string[]> {
  const { status, body } = await reader.post<{ sources: { doc_id: string }[] }>('/v1/query', {
    question: 'Where is the quagga?',
  });
  expect({ status, body }).toMatchObject({ status: 200 });
  return body.sources.map(({ doc_id: id }) => id).toSorted();
}

/** How many searches this replica answered from memory. */
async function hitsAt(replica: ClusterReplica): Promise<number> {
  const { body } = await replica.client().get<string>('/metrics');
  return Number(/corpus_cache_searches_total\{result="hit"\} (\d+)/.exec(body)![1]);
}

/** Asks until the replica answers from memory, with these documents. */
async function waitUntilInMemory(
  replica: ClusterReplica,
  reader: ApiClient,
  sources: string[],
): Promise<void> {
  await waitFor(async () => {
    const before = await hitsAt(replica);
    const found = await sourcesOf(reader);
    return (await hitsAt(replica)) > before && String(found) === String(sources);
  });
}

const faults: [string, (replica: ClusterReplica) => void][] = [
  ['while all is well', () => undefined],
  ['while its link to Redis is cut', ({ redis }) => redis.cut()],
  ['while its link to Redis is half open', ({ redis }) => redis.freeze()],
  ['while messages from Redis arrive late', ({ redis }) => redis.delay(2_000)],
];

describe.each(rounds)('deleted documents, round %i:', () => {
  it.each(faults)('a replica has no deleted document in its next answer, %s', async (_title, fail) => {
    const { adminKey } = await createTenantWithDocument();
    const writer = replicaOne!.client(adminKey);
    const reader = replicaTwo!.client(adminKey);
    for (let time = 1; time <= 4; time += 1) {
      const id = `gone-${time}`;
      await add(writer, id);
      await waitUntilInMemory(replicaTwo!, reader, [id, 'kept'].toSorted());
      fail(replicaTwo!);
      expect((await writer.del(`/v1/documents/${id}`)).status).toBe(204);
      expect(await sourcesOf(reader)).toEqual(['kept']);
      await cluster.restore();
    }
  });

  it('a replica has no deleted document in its next answer after its own deletion', async () => {
    const { adminKey } = await createTenantWithDocument();
    const admin = replicaTwo!.client(adminKey);
    for (let time = 1; time <= 4; time += 1) {
      await add(admin, 'gone');
      await waitUntilInMemory(replicaTwo!, admin, ['gone', 'kept']);
      expect((await admin.del('/v1/documents/gone')).status).toBe(204);
      expect(await sourcesOf(admin)).toEqual(['kept']);
    }
  });
});
