import { ApiClient, type TestDatabase } from '#testing';
import { Client } from 'pg';
import { installPeers, peerProgram } from '../peers.js';
import { createTenant } from '../seed-tenants.js';
import { type Product, type RunningServer, startProduct, startServer } from '../servers.js';
import { startDatabaseServer } from '../temporary-servers.js';
import { KeepAliveClient, type PostRequest } from './keep-alive-client.js';
import { addDocuments, queryRequest } from './add-documents.js';
import { ModelServer } from './model-server.js';

export interface QueryContestant {
  readonly name: string;
  readonly post: PostRequest;
}

export interface ContestantOptions {
  readonly chunks: number;
  readonly dimensions: number;
}

interface ProductOnDatabase {
  readonly product: Product;
  readonly database: TestDatabase;
}

/** Whatever has to be stopped, the last first. */
export type CleanupSteps = (() => Promise<unknown>)[];

/** No budget, and as many queries a day as a tenant may have. */
const plan = 'enterprise';
/** The configuration of a tenant with four settings of its own, and the platform's prompt. */
const [tenantWithDocuments, tenantWithoutDocuments] = [4, 14];

/** Those who take part, the yardsticks first: the model itself, Portkey's gateway, the product without and with documents. */
export async function startContestants(
  model: ModelServer,
  options: ContestantOptions,
  cleanup: CleanupSteps,
): Promise<QueryContestant[]> {
  installPeers();
  const { product, database } = await startProductFor(model, cleanup);
  const platform = new ApiClient(product.url, product.platformKey);
  const full = await createTenant(platform, { number: tenantWithDocuments, plan });
  const chunks = await addDocuments(new ApiClient(product.url, full), { chunks: options.chunks, seed: 1 });
  const empty = await createTenant(platform, { number: tenantWithoutDocuments, plan });
  await vacuum(database);
  const bare = { name: 'Attune, a tenant without documents', post: queryRequest(product.url, empty) };
  const whole = { name: `Attune, ${chunks} chunks`, post: queryRequest(product.url, full) };
  await expectFullAnswer(whole, true);
  await expectFullAnswer(bare, false);
  const sent = await model.lastRequest();
  const direct = { name: 'the model, asked directly', post: completionRequest(model.url, sent) };
  const gateway = { name: "Portkey's gateway", post: await startPortkey(model, sent, cleanup) };
  await expectSameAnswer(direct, gateway);
  return [direct, gateway, bare, whole];
}

/** One replica on a Postgres of its own. */
async function startProductFor(model: ModelServer, cleanup: CleanupSteps): Promise<ProductOnDatabase> {
  const server = await startDatabaseServer();
  cleanup.push(() => server.stop());
  const database = await server.create();
  cleanup.push(() => database.drop());
  const urls = { DATABASE_URL: database.url, MIGRATION_DATABASE_URL: database.migrationUrl };
  return {
    product: await registerCleanup(startProduct({ ...urls, ...model.environment }), cleanup),
    database,
  };
}

/** What autovacuum would have done a minute later. */
async function vacuum({ superuserUrl }: TestDatabase): Promise<void> {
  const client = new Client({ connectionString: superuserUrl });
  await client.connect();
  await client.query('VACUUM ANALYZE').finally(() => client.end());
}

function completionRequest(
  url: string,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): PostRequest {
  const authorization = 'Bearer sk-bench';
  return {
    url: `${url}/chat/completions`,
    headers: { authorization, ...headers },
    bodies: [body],
    expected: '"chat.completion"',
  };
}

/** As `npx @portkey-ai/gateway` starts it, without its console. It trusts 127.0.0.1 unless `TRUSTED_CUSTOM_HOSTS` says otherwise. */
async function startPortkey(model: ModelServer, body: string, cleanup: CleanupSteps): Promise<PostRequest> {
  const program = peerProgram('@portkey-ai/gateway/build/start-server.js');
  const options = { env: { NODE_ENV: 'production' }, health: '/', portOption: '--port=' };
  const { url } = await registerCleanup(startServer([program, '--headless'], options), cleanup);
  const to = { 'x-portkey-provider': 'openai', 'x-portkey-custom-host': model.url };
  return completionRequest(`${url}/v1`, body, to);
}

async function registerCleanup<S extends RunningServer>(
  starting: Promise<S>,
  cleanup: CleanupSteps,
): Promise<S> {
  const started = await starting;
  cleanup.push(() => started.stop());
  return started;
}

/** The gateway has to have asked the model; it adds a field of its own. */
async function expectSameAnswer(direct: QueryContestant, gateway: QueryContestant): Promise<void> {
  const expected = await readAnswer(direct.post);
  const actual = await readAnswer(gateway.post);
  if (idOf(actual) !== idOf(expected)) throw new Error(`${gateway.name} answers ${actual}`);
}

function idOf(completion: string): unknown {
  return (JSON.parse(completion) as { id?: unknown }).id;
}

interface QueryAnswer {
  readonly sources: readonly unknown[];
  readonly fallback_used: boolean;
  readonly sandbox: boolean;
  readonly degraded: readonly unknown[];
}

/** What is measured has to be the whole query: the model of the configuration answered, and nothing was left out. */
async function expectFullAnswer({ name, post }: QueryContestant, hasSources: boolean): Promise<void> {
  const body = await readAnswer(post);
  const { sources, fallback_used: fell, sandbox, degraded } = JSON.parse(body) as QueryAnswer;
  if (fell || sandbox || degraded.length > 0 || sources.length > 0 !== hasSources)
    throw new Error(`${name} answers ${body}`);
}

async function readAnswer(post: PostRequest): Promise<string> {
  const client = new KeepAliveClient(1);
  const { status, body } = await client.post(post).finally(() => client.close());
  if (status !== 200) throw new Error(`${post.url} answers ${status}: ${body}`);
  return body;
}
