import { ApiClient, type TestDatabase } from '#testing';
import { installPeers, peerProgram } from '../peers.js';
import { createTenant } from '../seed-tenants.js';
import {
  type CleanupSteps,
  type Product,
  createPlatformKey,
  registerCleanup,
  startProduct,
  startServer,
} from '../servers.js';
import { startDatabaseServer } from '../temporary-servers.js';
import { KeepAliveClient, type PostRequest } from './keep-alive-client.js';
import { addDocuments, queryRequest, repeatedQuestions } from './add-documents.js';
import { vacuum } from './grow-corpus.js';
import { ModelServer } from './model-server.js';

export interface QueryContestant {
  readonly name: string;
  /** Sent in turn. */
  readonly posts: readonly PostRequest[];
}

export interface ContestantOptions {
  readonly chunks: number;
  readonly dimensions: number;
  /** With more than one, a contestant asks so many tenants in turn, which share the chunks. */
  readonly tenants: number;
  /** With more than one, a contestant asks so many replicas in turn. */
  readonly replicas: number;
}

interface ProductOnDatabase {
  readonly products: readonly Product[];
  readonly database: TestDatabase;
}

/** A plan without a budget and with the highest daily quota. */
const plan = 'enterprise';
/** Tenant numbers whose configuration has four own settings and the platform's prompt. */
const [tenantWithDocuments, tenantWithoutDocuments] = [4, 14];
const firstOfMany = 100;

/** The yardsticks first: the model itself, Portkey's gateway; then the product without and with documents. */
export async function startContestants(
  model: ModelServer,
  options: ContestantOptions,
  cleanup: CleanupSteps,
): Promise<QueryContestant[]> {
  installPeers();
  const { products, database } = await startProductFor(model, options, cleanup);
  const [product] = products as [Product];
  const platform = new ApiClient(product.url, product.platformKey);
  const fullKey = await createTenant(platform, { number: tenantWithDocuments, plan });
  const chunks = await addDocuments(new ApiClient(product.url, fullKey), { chunks: options.chunks, seed: 1 });
  const emptyKey = await createTenant(platform, { number: tenantWithoutDocuments, plan });
  const many = options.tenants > 1 ? [await startManyTenants(product, options)] : [];
  await vacuum(database);
  const bare = { name: 'Attune, a tenant without documents', posts: [queryRequest(product.url, emptyKey)] };
  const whole = { name: `Attune, ${chunks} chunks`, posts: [queryRequest(product.url, fullKey)] };
  const repeated = {
    name: 'the same, with repeated questions',
    posts: [queryRequest(product.url, fullKey, repeatedQuestions)],
  };
  const spread = {
    name: `Attune, ${chunks} chunks, ${products.length} replicas`,
    posts: products.map(({ url }) => queryRequest(url, fullKey)),
  };
  await expectFullAnswer(whole, true);
  await expectFullAnswer(bare, false);
  const modelRequest = await model.lastRequest();
  const direct = { name: 'the model, called directly', posts: [completionRequest(model.url, modelRequest)] };
  const gateway = { name: "Portkey's gateway", posts: [await startPortkey(model, modelRequest, cleanup)] };
  await expectSameAnswer(direct, gateway);
  return [direct, gateway, bare, whole, repeated, ...many, ...(products.length > 1 ? [spread] : [])];
}

/** Tenants with the same share of the chunks. */
async function startManyTenants(
  { url, platformKey }: Product,
  { tenants, chunks }: ContestantOptions,
): Promise<QueryContestant> {
  const platform = new ApiClient(url, platformKey);
  const share = Math.ceil(chunks / tenants);
  const posts: PostRequest[] = [];
  for (let number = firstOfMany; number < firstOfMany + tenants; number += 1) {
    const key = await createTenant(platform, { number, plan });
    await addDocuments(new ApiClient(url, key), { chunks: share, seed: number });
    posts.push(queryRequest(url, key));
  }
  return { name: `Attune, ${tenants} tenants of ${share} chunks`, posts };
}

/** The replicas, on their own Postgres. */
async function startProductFor(
  model: ModelServer,
  { replicas }: ContestantOptions,
  cleanup: CleanupSteps,
): Promise<ProductOnDatabase> {
  const server = await startDatabaseServer();
  cleanup.push(() => server.stop());
  const database = await server.create();
  cleanup.push(() => database.drop());
  const env = {
    DATABASE_URL: database.url,
    MIGRATION_DATABASE_URL: database.migrationUrl,
    ATTUNE_PLATFORM_API_KEY: createPlatformKey(),
    ...model.environment,
  };
  const products: Product[] = [];
  for (let count = 0; count < replicas; count += 1)
    products.push(await registerCleanup(startProduct(env), cleanup));
  return { products, database };
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
  const expected = await readAnswer(direct);
  const actual = await readAnswer(gateway);
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
async function expectFullAnswer(contestant: QueryContestant, hasSources: boolean): Promise<void> {
  const body = await readAnswer(contestant);
  const { sources, fallback_used: usedFallback, sandbox, degraded } = JSON.parse(body) as QueryAnswer;
  if (usedFallback || sandbox || degraded.length > 0 || sources.length > 0 !== hasSources)
    throw new Error(`${contestant.name} returned ${body}`);
}

async function readAnswer({ posts: [post] }: QueryContestant): Promise<string> {
  const client = new KeepAliveClient(1);
  const { status, body } = await client.post(post!).finally(() => client.close());
  if (status !== 200) throw new Error(`${post!.url} returned ${status}: ${body}`);
  return body;
}
