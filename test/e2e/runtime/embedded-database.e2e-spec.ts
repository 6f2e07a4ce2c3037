import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApiClient, type Replica, startReplica } from '#testing';
import { type ConfigurationResponse, getConfiguration, getHistory } from '../../app/test-app.js';

interface QueryAnswer {
  readonly answer: string;
  readonly model_requested: string;
  readonly model_used: string;
  readonly sandbox: boolean;
  readonly config_version: number;
  readonly config_applied: Record<string, unknown>;
  readonly sources: { readonly doc_id: string; readonly score: number }[];
}

const question = 'What happens when a payment fails, and who is liable for damages?';

let folder: string;
let env: Record<string, string>;
let replica: Replica;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'attune-demo-'));
  env = { DATA_DIR: folder, ATTUNE_DEMO: 'true', CONFIG_CHANGES_PER_HOUR: '0' };
  replica = await startReplica({ env });
}, 120_000);
afterAll(async () => {
  await replica?.stop();
  await rm(folder, { recursive: true, force: true });
});

/** The demo's admin of a tenant, with the key that the start printed. */
function demoAdmin(tenant: string): ApiClient {
  const key = new RegExp(`^demo-key ${tenant} tenant_admin (\\S+)$`, 'm').exec(replica.output())?.[1];
  if (!key) throw new Error(`No key of ${tenant} in:\n${replica.output()}`);
  return new ApiClient(replica.url, key);
}

async function askQuestion(client: ApiClient): Promise<QueryAnswer> {
  const { status, body } = await client.post<QueryAnswer>('/v1/query', { question });
  expect([status, body]).toEqual([200, body]);
  return body;
}

describe('Attune with the embedded database', () => {
  it('prints its address and its demo keys, which only their owner can read', async () => {
    expect(replica.output()).toContain(replica.url.replace('127.0.0.1', 'localhost'));
    expect(
      replica.output().match(/^demo-key (acme-law|startup-support) \S+ atn_\S+$/gm)?.length,
    ).toBeGreaterThanOrEqual(2);
    const file = join(folder, 'demo-keys.json');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await readFile(file, 'utf8')).toContain('acme-law');
  });

  it('answers one question under the configuration of each tenant, from its own documents', async () => {
    const [law, support] = [
      await askQuestion(demoAdmin('acme-law')),
      await askQuestion(demoAdmin('startup-support')),
    ];
    expect(law).toMatchObject({
      model_requested: 'gpt-4',
      model_used: 'gpt-4',
      sandbox: true,
      config_applied: { top_k: 10 },
    });
    expect(support).toMatchObject({
      model_requested: 'gpt-3.5-turbo',
      sandbox: true,
      config_applied: { top_k: 3 },
    });
    expect([law.sources.length, support.sources.length]).toEqual([10, 3]);
    const shared = law.sources.filter(({ doc_id }) =>
      support.sources.some((source) => source.doc_id === doc_id),
    );
    expect(shared).toEqual([]);
    for (const { answer } of [law, support]) expect(answer.length).toBeGreaterThan(20);
  });

  it('applies a change to the next answer, and a rollback undoes it', async () => {
    const support = demoAdmin('startup-support');
    const before = await askQuestion(support);
    const patched = await support.patch<ConfigurationResponse>('/v1/config', {
      retrieval_top_k: 1,
      temperature: 0.1,
    });
    expect(patched.status).toBe(200);
    const changed = await askQuestion(support);
    expect(changed).toMatchObject({
      config_version: patched.body.version,
      config_applied: { top_k: 1, temperature: 0.1 },
    });
    expect(changed.sources).toHaveLength(1);
    expect((await support.post<ConfigurationResponse>('/v1/config/rollback?version=1')).status).toBe(200);
    const after = await askQuestion(support);
    expect([after.config_applied, after.sources]).toEqual([before.config_applied, before.sources]);
  });

  it('prints one sentence when a second process starts on the same folder', async () => {
    const refusal = await startReplica({ env }).then(
      () => 'it started',
      (error: Error) => error.message,
    );
    expect(refusal).toContain(folder);
    expect(refusal).not.toMatch(/\n\s+at /);
    expect((await replica.api.get('/health/ready')).status).toBe(200);
  });

  it('keeps all data over a stop and a start', async () => {
    const law = demoAdmin('acme-law');
    await law.patch('/v1/config', { prompt_variables: { kept: true }, reason: 'before the stop' });
    await law.post('/v1/documents', {
      id: 'kept',
      title: 'Kept',
      text: 'This document outlives the process.',
    });
    const before = [
      await getConfiguration(law),
      await getHistory(law),
      (await law.get('/v1/documents')).body,
    ];
    const last = await law.get('/v1/config', { 'x-request-id': 'the-last-one' });
    expect(last.status).toBe(200);
    expect(await replica.stop()).toBe(0);
    expect(replica.output()).toContain('"request_id":"the-last-one"');
    replica = await startReplica({ env });
    const again = demoAdmin('acme-law');
    expect([
      await getConfiguration(again),
      await getHistory(again),
      (await again.get('/v1/documents')).body,
    ]).toEqual(before);
    expect((await again.get('/v1/documents/kept')).body).toMatchObject({ title: 'Kept' });
  });

  it('keeps tenants apart', async () => {
    const [law, support] = [demoAdmin('acme-law'), demoAdmin('startup-support')];
    expect((await support.get('/v1/documents/kept')).status).toBe(404);
    expect((await support.del('/v1/documents/kept')).status).toBe(404);
    expect((await support.get('/v1/platform/tenants/acme-law/config')).status).toBe(403);
    expect((await law.get('/v1/documents/kept')).status).toBe(200);
  });

  it('lets one of many writers win', async () => {
    const law = demoAdmin('acme-law');
    const { version } = await getConfiguration(law);
    const answers = await Promise.all(
      Array.from({ length: 16 }, (_, index) =>
        law.patch<ConfigurationResponse>('/v1/config', { max_tokens: 500 + index }),
      ),
    );
    const won = answers.filter(({ status }) => status === 200).map(({ body }) => body.version);
    expect(answers.filter(({ status }) => status !== 200 && status !== 409)).toEqual([]);
    expect(won.toSorted((a, b) => a - b)).toEqual(won.map((_, index) => version + 1 + index));
    expect((await getHistory(law)).map((entry) => entry.version)).toEqual(
      Array.from({ length: version + won.length }, (_, index) => version + won.length - index),
    );
  });
});
