import { ApiClient, type TestDatabase } from '#testing';
import { Client } from 'pg';
import { installPeers, peerProgram } from '../peers.js';
import { createTenant } from '../seed-tenants.js';
import { type CleanupSteps, type Product, registerCleanup, startProduct, startServer } from '../servers.js';
import { startDatabaseServer } from '../temporary-servers.js';
import { KeepAliveClient, type PostRequest } from './keep-alive-client.js';
import { addDocuments, queryRequest, repeatedQuestions } from './add-documents.js';
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

/** A plan without a budget and with the highest daily quota. */
const plan = 'enterprise';
/** Tenant numbers whose configuration has four own settings and the platform's prompt. */
const [tenantWithDocuments, tenantWithoutDocuments] = [4, 14];

/** The yardsticks first: the model itself, Portkey's gateway; then the product without and with documents. */
export async function startContestants(
  model: ModelServer,
  options: ContestantOptions,
  cleanup: CleanupSteps,
): Promise<QueryContestant[]> {
  installPeers();
  const { product, database } = await startProductFor(model, cleanup);
  const platform = new ApiClient(product.url, product.platformKey);
  const fullKey = await createTenant(platform, { number: tenantWithDocuments, plan });
  const chunks = await addDocuments(new ApiClient(product.url, fullKey), { chunks: options.chunks, seed: 1 });
  const emptyKey = await createTenant(platform, { number: tenantWithoutDocuments, plan });
  await vacuum(database);
  const bare = { name: 'Attune, a tenant without documents', post: queryRequest(product.url, emptyKey) };
  const whole = { name: `Attune, ${chunks} chunks`, post: queryRequest(product.url, fullKey) };
  const repeated = {
    name: 'the same, with repeated questions',
    post: queryRequest(product.url, fullKey, repeatedQuestions),
  };
  await expectFullAnswer(whole, true);
  await expectFullAnswer(bare, false);
  const modelRequest = await model.lastRequest();
  const direct = { name: 'the model, called directly', post: completionRequest(model.url, modelRequest) };
  const gateway = { name: "Portkey's gateway", post: await startPortkey(model, modelRequest, cleanup) };
  await expectSameAnswer(direct, gateway);
  return [direct, gateway, bare, whole, repeated];
}

/** One replica on its own Postgres. */
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

/** Autovacuum would do this a minute later. */
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

/** Starts the gateway like `npx @portkey-ai/gateway`, without its console. By default it trusts 127.0.0.1. */
async function startPortkey(model: ModelServer, body: string, cleanup: CleanupSteps): Promise<PostRequest> {
  const program = peerProgram('@portkey-ai/gateway/build/start-server.js');
  const options = { env: { NODE_ENV: 'production' }, health: '/', portOption: '--port=' };
  const { url } = await registerCleanup(startServer([program, '--headless'], options), cleanup);
  const headers = { 'x-portkey-provider': 'openai', 'x-portkey-custom-host': model.url };
  return completionRequest(`${url}/v1`, body, headers);
}

/** Checks that the gateway called the model; it adds its own field to the answer. */
async function expectSameAnswer(direct: QueryContestant, gateway: QueryContestant): Promise<void> {
  const expected = await readAnswer(direct.post);
  const actual = await readAnswer(gateway.post);
  if (idOf(actual) !== idOf(expected)) throw new Error(`${gateway.name} returned ${actual}`);
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

/** Checks that a whole query is measured: the configured model answered, and no stage was skipped. */
async function expectFullAnswer({ name, post }: QueryContestant, hasSources: boolean): Promise<void> {
  const body = await readAnswer(post);
  const { sources, fallback_used: usedFallback, sandbox, degraded } = JSON.parse(body) as QueryAnswer;
  if (usedFallback || sandbox || degraded.length > 0 || sources.length > 0 !== hasSources)
    throw new Error(`${name} returned ${body}`);
}

async function readAnswer(post: PostRequest): Promise<string> {
  const client = new KeepAliveClient(1);
  const { status, body } = await client.post(post).finally(() => client.close());
  if (status !== 200) throw new Error(`${post.url} returned ${status}: ${body}`);
  return body;
}
