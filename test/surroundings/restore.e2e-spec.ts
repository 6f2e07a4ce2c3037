/** The runbook `docs/runbooks/back-up-and-restore.md`, command by command, while a replica runs. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import {
  FaultProxy,
  PostgresServer,
  RedisServer,
  type Replica,
  type TestDatabase,
  createTestDatabase,
  programPath,
  projectRoot,
  startReplica,
  waitFor,
} from '#testing';
import { type TestTenant, createTenant, getConfiguration, querySql } from '../app/test-app.js';

const password = 'attune-test';
const run = promisify(execFile);

let database: TestDatabase;
let newServer: PostgresServer;
let redis: RedisServer;
let link: FaultProxy;
let replica: Replica;
let folder: string;
let acme: TestTenant;
let shell: RunbookShell;

/** A shell with the programs of Postgres and the `attune` command. Variables that a block exports are there in the next ones. */
class RunbookShell {
  private exports = '';

  constructor(
    private readonly blocks: readonly string[],
    private readonly addresses: Readonly<Record<string, string>>,
  ) {}

  static async open(addresses: Readonly<Record<string, string>>): Promise<RunbookShell> {
    const page = await readFile(join(projectRoot, 'docs/runbooks/back-up-and-restore.md'), 'utf8');
    const blocks = [...page.matchAll(/^```bash\n([\s\S]*?)^```$/gm)].map(([, block]) => block!);
    return new RunbookShell(blocks, addresses);
  }

  /** Runs the block that contains these words, and returns what it prints. */
  async runBlock(words: string): Promise<string> {
    const block = this.blocks.find((each) => each.includes(words));
    if (block === undefined) throw new Error(`The runbook has no block with "${words}".`);
    const text = Object.entries(this.addresses).reduce((all, [from, to]) => all.replaceAll(from, to), block);
    const exported = text.match(/^export .*$/gm) ?? [];
    const { stdout } = await run(
      'bash',
      ['--norc', '-euo', 'pipefail', '-c', `${this.preamble}${this.exports}\n${text}`],
      {
        cwd: folder,
        env: {
          PATH: `${dirname(programPath('postgres'))}:${process.env['PATH']}`,
          REDIS_URL: redis.url,
          DATABASE_URL: database.url,
        },
      },
    );
    this.exports += `\n${exported.join('\n')}`;
    return stdout;
  }

  private get preamble(): string {
    return `attune() { ${process.execPath} ${projectRoot}/dist/apps/cli/src/main.js "$@"; }\n`;
  }
}

beforeAll(async () => {
  [database, newServer, redis] = await Promise.all([
    createTestDatabase(),
    PostgresServer.start(),
    RedisServer.start(),
  ]);
  folder = await mkdtemp(join(tmpdir(), 'attune-restore-'));
  link = await FaultProxy.forTarget(database.url);
  replica = await startReplica({ env: await environmentInFiles() });
  acme = await createTenant(replica.api, 'acme');
  const [oldUrl, newUrl] = [new URL(database.superuserUrl), new URL(newServer.url)];
  shell = await RunbookShell.open({
    'DB=attune': `DB=${oldUrl.pathname.slice(1)}`,
    'postgres@old-db': `${oldUrl.username}@${oldUrl.host}`,
    'postgres@new-db': `${newUrl.username}@${newUrl.host}`,
    'new-db': newUrl.host,
    'PASSWORD=…': `PASSWORD=${password}`,
  });
});
afterAll(async () => {
  await replica?.stop();
  await link?.close();
  await Promise.all([newServer?.stop(), redis?.stop(), database?.drop()]);
  await rm(folder, { recursive: true, force: true });
});

/** Every secret is in a file. */
async function environmentInFiles(): Promise<Record<string, string>> {
  const secrets = { DATABASE_URL: link.url, REDIS_URL: redis.url };
  const files = Object.entries(secrets).map(async ([name, value]) => {
    const file = join(folder, name);
    await writeFile(file, `${value}\n`);
    return [`${name}_FILE`, file];
  });
  return { CONFIG_CHANGES_PER_HOUR: '0', ...Object.fromEntries(await Promise.all(files)) };
}

function restored<Row extends object>(sql: string): Promise<Row[]> {
  const url = Object.assign(new URL(newServer.url), { pathname: new URL(database.url).pathname });
  return querySql<Row>(url.href, sql);
}

async function restoredVersion(): Promise<number> {
  const sql = `SELECT version::int FROM tenant_configurations WHERE tenant_id = 'acme'`;
  return (await restored<{ version: number }>(sql))[0]!.version;
}

/** Changes the configuration and asks queries until the work ends. Every request must succeed. */
async function underLoad(work: () => Promise<unknown>): Promise<void> {
  const end = new AbortController();
  const repeat = async (request: (step: number) => Promise<{ status: number }>): Promise<number[]> => {
    const statuses: number[] = [];
    for (let step = 0; !end.signal.aborted || step < 5; step += 1)
      statuses.push((await request(step)).status);
    return statuses;
  };
  const loads = [
    repeat((step) => acme.admin.patch('/v1/config', { max_tokens: 500 + step })),
    repeat(() => acme.member.post('/v1/query', { question: 'When does leave begin?' })),
  ];
  await work().finally(() => end.abort());
  expect(new Set((await Promise.all(loads)).flat())).toEqual(new Set([200]));
}

async function feedEvents(event: string): Promise<number> {
  const { body } = await replica.api.get<string>('/metrics');
  return Number(new RegExp(`^cache_feed_total\\{event="${event}"\\} (\\d+)`, 'm').exec(body)?.[1]);
}

describe('a dump that is restored into another server', () => {
  let lostVersion: number;
  let printed: string;
  let late: TestTenant;

  beforeAll(async () => {
    await acme.admin.post('/v1/documents', { id: 'leave', title: 'Leave', text: 'Leave begins in May.' });
    await underLoad(() => shell.runBlock('pg_dump'));
    late = await createTenant(replica.api, 'late');
    await acme.admin.patch('/v1/config', { temperature: 1.5 });
    lostVersion = (await getConfiguration(acme.admin)).version;
    await shell.runBlock('CREATE ROLE');
    printed = await shell.runBlock('pg_restore');
  });

  it('the restored database needs no migration, and its history is unbroken', () => {
    expect(printed).toContain('up to date; nothing had to be run');
    expect(printed).toContain('Unbroken: 1 tenant');
  });

  it('a running replica notices it, and serves nothing of the lost history', async () => {
    link.redirectTo(newServer.url);
    const version = await restoredVersion();
    expect(version).toBeLessThan(lostVersion);
    await waitFor(async () => (await getConfiguration(acme.admin)).version === version);
    await waitFor(async () => (await late.admin.get('/v1/config')).status === 401);
    const { headers, body } = await acme.admin.get<{ temperature: number }>('/v1/config');
    expect([headers.get('attune-config-source'), body.temperature]).toEqual(['live', 0.7]);
  });

  it('the replica notices it once, although the feed in the dump has transaction ids that the new server has not reached', async () => {
    const runs = await feedEvents('runs');
    await waitFor(async () => (await feedEvents('runs')) > runs + 2);
    expect(await feedEvents('resets')).toBe(1);
  });

  it('versions, keys and usage go on from those of the dump', async () => {
    const version = await restoredVersion();
    const changed = await acme.admin.patch<{ version: number }>('/v1/config', { temperature: 0.4 });
    expect([changed.status, changed.body.version]).toEqual([200, version + 1]);
    const key = await acme.admin.post<{ key: string }>('/v1/api-keys', { name: 'new', role: 'member' });
    const question = { question: 'When does leave begin?' };
    const answer = await replica.api.as(key.body.key).post<{ answer: string }>('/v1/query', question);
    expect([key.status, answer.status, answer.body.answer]).toEqual([
      201,
      200,
      expect.stringContaining('May'),
    ]);
    const verified = await replica.api.get<object>('/v1/platform/audit/verify');
    expect(verified.body).toMatchObject({ ok: true, tenants: 1 });
  });

  it('the copies of the lost history stay in Redis until the runbook deletes them', async () => {
    const copiesOfLate = async (): Promise<string[]> =>
      (await redis.command('--scan', '--pattern', 'attune:{late}:cache:*')).split('\n').filter(Boolean);
    await waitFor(async () => (await copiesOfLate()).length > 0);
    await shell.runBlock('redis-cli');
    expect(await copiesOfLate()).toEqual([]);
  });
});
