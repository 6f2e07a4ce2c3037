import { ApiClient, type TestDatabase } from '#testing';
import { Client } from 'pg';
import { installPeers, peerProgram } from '../peers.js';
import { createTenant } from '../seed-tenants.js';
import { type Product, type Started, startProduct, startServer } from '../servers.js';
import { startDatabaseServer } from '../throw-away-servers.js';
import { Asker, type Post } from './asking.js';
import { addDocuments, queries } from './documents.js';
import { ModelServer } from './model-server.js';

export interface Contestant {
  readonly name: string;
  readonly post: Post;
}

export interface StageOptions {
  readonly chunks: number;
  readonly dimensions: number;
}

interface OnDatabase {
  readonly product: Product;
  readonly database: TestDatabase;
}

/** Whatever has to be stopped, the last first. */
export type Ends = (() => Promise<unknown>)[];

/** No budget, and as many queries a day as a tenant may have. */
const plan = 'enterprise';
/** The configuration of a tenant with four settings of its own, and the platform's prompt. */
const [withDocuments, without] = [4, 14];

/** Those who take part, the yardsticks first: the model itself, Portkey's gateway, the product without and with documents. */
export async function contestants(
  model: ModelServer,
  options: StageOptions,
  ends: Ends,
): Promise<Contestant[]> {
  installPeers();
  const { product, database } = await productFor(model, ends);
  const platform = new ApiClient(product.url, product.platformKey);
  const full = await createTenant(platform, { number: withDocuments, plan });
  const chunks = await addDocuments(new ApiClient(product.url, full), { chunks: options.chunks, seed: 1 });
  const empty = await createTenant(platform, { number: without, plan });
  await settle(database);
  const bare = { name: 'Attune, a tenant without documents', post: queries(product.url, empty) };
  const whole = { name: `Attune, ${chunks} chunks`, post: queries(product.url, full) };
  await checked(whole, true);
  await checked(bare, false);
  const sent = await model.lastRequest();
  const direct = { name: 'the model, asked directly', post: completions(model.url, sent) };
  const gateway = { name: "Portkey's gateway", post: await portkey(model, sent, ends) };
  await sameAnswer(direct, gateway);
  return [direct, gateway, bare, whole];
}

/** One replica on a Postgres of its own. */
async function productFor(model: ModelServer, ends: Ends): Promise<OnDatabase> {
  const server = await startDatabaseServer();
  ends.push(() => server.stop());
  const database = await server.create();
  ends.push(() => database.drop());
  const urls = { DATABASE_URL: database.url, MIGRATION_DATABASE_URL: database.migrationUrl };
  return { product: await running(startProduct({ ...urls, ...model.environment }), ends), database };
}

/** What autovacuum would have done a minute later. */
async function settle({ superuserUrl }: TestDatabase): Promise<void> {
  const client = new Client({ connectionString: superuserUrl });
  await client.connect();
  await client.query('VACUUM ANALYZE').finally(() => client.end());
}

function completions(url: string, body: string, headers: Readonly<Record<string, string>> = {}): Post {
  const authorization = 'Bearer sk-bench';
  return {
    url: `${url}/chat/completions`,
    headers: { authorization, ...headers },
    bodies: [body],
    expected: '"chat.completion"',
  };
}

/** As `npx @portkey-ai/gateway` starts it, without its console. It trusts 127.0.0.1 unless `TRUSTED_CUSTOM_HOSTS` says otherwise. */
async function portkey(model: ModelServer, body: string, ends: Ends): Promise<Post> {
  const program = peerProgram('@portkey-ai/gateway/build/start-server.js');
  const options = { env: { NODE_ENV: 'production' }, health: '/', portOption: '--port=' };
  const { url } = await running(startServer([program, '--headless'], options), ends);
  const to = { 'x-portkey-provider': 'openai', 'x-portkey-custom-host': model.url };
  return completions(`${url}/v1`, body, to);
}

async function running<S extends Started>(starting: Promise<S>, ends: Ends): Promise<S> {
  const started = await starting;
  ends.push(() => started.stop());
  return started;
}

/** The gateway has to have asked the model; it adds a field of its own. */
async function sameAnswer(direct: Contestant, gateway: Contestant): Promise<void> {
  const expected = await answerOf(direct.post);
  const given = await answerOf(gateway.post);
  if (idOf(given) !== idOf(expected)) throw new Error(`${gateway.name} answers ${given}`);
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
async function checked({ name, post }: Contestant, hasSources: boolean): Promise<void> {
  const body = await answerOf(post);
  const { sources, fallback_used: fell, sandbox, degraded } = JSON.parse(body) as QueryAnswer;
  if (fell || sandbox || degraded.length > 0 || sources.length > 0 !== hasSources)
    throw new Error(`${name} answers ${body}`);
}

async function answerOf(post: Post): Promise<string> {
  const asker = new Asker(1);
  const { status, body } = await asker.ask(post).finally(() => asker.close());
  if (status !== 200) throw new Error(`${post.url} answers ${status}: ${body}`);
  return body;
}
