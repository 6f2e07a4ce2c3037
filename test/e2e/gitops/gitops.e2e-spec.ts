import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitFor } from '#testing';
import { AttuneCommand } from '../../app/attune-command.js';
import { type HistoryEntry, type ConfigurationResponse, useTestApp, querySql } from '../../app/test-app.js';

interface PreviewJson {
  readonly tenants: readonly (Record<string, unknown> & {
    readonly tenant: string;
    readonly status: string;
    readonly changes: readonly Record<string, unknown>[];
    readonly drift: readonly Record<string, unknown>[];
  })[];
  readonly summary: Record<string, number>;
}

const count = 200;
const ids = Array.from({ length: count }, (_, at) => `tenant-${String(at + 1).padStart(3, '0')}`);
const [edited, changedManually, locked, untouched] = ['tenant-007', 'tenant-042', 'tenant-100', 'tenant-150'];

const app = useTestApp();
let folder: string;
let attune: AttuneCommand;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'attune-code-'));
  attune = new AttuneCommand(folder, {
    ATTUNE_URL: app.replica.url,
    ATTUNE_API_KEY: app.replica.platformKey,
  });
  await querySql(
    app.database.superuserUrl,
    `INSERT INTO tenants (tenant_id, name, plan) SELECT id, id, 'pro' FROM unnest($1::text[]) id`,
    [ids],
  );
  await querySql(
    app.database.superuserUrl,
    `UPDATE tenant_configurations SET settings = jsonb_build_object('temperature', 0.5, 'ui_primary_color', '#112233',
       'system_prompt_template', E'You speak for {name}.\\n\\n{context}', 'prompt_variables', '{"name": "yes", "size": 3}'::jsonb)`,
  );
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function editFile(tenant: string, from: string | RegExp, to: string): Promise<void> {
  const path = join(folder, 'tenants', `${tenant}.yaml`);
  const text = await readFile(path, 'utf8');
  expect(text).toMatch(from);
  await writeFile(path, text.replace(from, to));
}

async function runPlan(...words: string[]): Promise<{ code: number | null; plan: PreviewJson }> {
  const { code, stdout } = await attune.run('plan', 'tenants', '--json', ...words);
  return { code, plan: JSON.parse(stdout) as PreviewJson };
}

function getConfigurationOf(tenant: string): Promise<{ body: ConfigurationResponse }> {
  return app.platform.get<ConfigurationResponse>(`/v1/platform/tenants/${tenant}/config?include=sources`);
}

function changeManually(tenant: string, patch: object): Promise<{ status: number }> {
  return app.platform.patch(`/v1/platform/tenants/${tenant}/config`, patch);
}

async function readVersions(): Promise<Map<string, number>> {
  const sql = 'SELECT tenant_id, version::int AS version FROM tenant_configurations';
  const rows = await querySql<{ tenant_id: string; version: number }>(app.database.superuserUrl, sql);
  return new Map(rows.map(({ tenant_id: id, version }) => [id, version]));
}

/** The tests follow one another, as the days of a team do that keeps its tenants in files. */
describe('gitops with 200 tenants', () => {
  it('export writes every tenant, and a plan then finds nothing to do', async () => {
    const exported = await attune.run('export', '--all', '--out', 'tenants');
    expect(exported).toMatchObject({ code: 0, stdout: '200 files written to tenants, 0 as they were.\n' });
    expect((await readdir(join(folder, 'tenants'))).toSorted()).toEqual([
      'attune-tenant.schema.json',
      ...ids.map((id) => `${id}.yaml`),
    ]);
    expect(await readFile(join(folder, 'tenants/tenant-001.yaml'), 'utf8')).toBe(
      [
        '# yaml-language-server: $schema=./attune-tenant.schema.json',
        'tenant: tenant-001',
        'exported_version: 2',
        'model:',
        '  temperature: 0.5',
        'prompts:',
        '  system: |-',
        '    You speak for {name}.',
        '',
        '    {context}',
        '  variables:',
        '    name: "yes"',
        '    size: 3',
        'branding:',
        '  primary_color: "#112233"',
        '',
      ].join('\n'),
    );
    const planned = await attune.run('plan', 'tenants');
    expect(planned.code).toBe(0);
    expect(planned.stdout).toMatch(/^Nothing to do: 200 tenants as the files say\.\n/);
  });

  it('plan shows exactly the one edited value', async () => {
    await editFile(edited, 'temperature: 0.5', 'temperature: 0.3');
    const { code, plan: planned } = await runPlan();
    expect(code).toBe(2);
    expect(planned.tenants.filter(({ status }) => status !== 'unchanged')).toEqual([
      {
        tenant: edited,
        file: `tenants/${edited}.yaml`,
        status: 'changed',
        version: 2,
        errors: [],
        changes: [
          { field: 'temperature', path: 'model.temperature', from: 0.5, to: 0.3, set_by: 'platform_admin' },
        ],
        drift: [],
        taken_over: ['system_prompt_template', 'prompt_variables', 'ui_primary_color'],
        released: [],
        override_allowed: true,
        approval_required: false,
      },
    ]);
    expect(planned.summary).toEqual({
      tenants: 200,
      changed: 1,
      unchanged: 199,
      failed: 0,
      changes: 1,
      drift: 0,
    });
  });

  it('plan shows a manual change as drift, separately', async () => {
    await changeManually(changedManually, { temperature: 0.9 });
    const planned = await attune.run('plan', 'tenants');
    expect(planned.code).toBe(2);
    expect(planned.stdout.split('\n').slice(-8, -2)).toEqual([
      `${changedManually}  tenants/${changedManually}.yaml  version 3`,
      '  drift, changed by hand since; apply makes it what the file says:',
      '  ~ model.temperature: 0.9 → 0.5  (set by platform_admin)',
      "  = becomes the file's, value unchanged: prompts.system, prompts.variables, branding.primary_color",
      '',
      expect.stringMatching(
        /^Plan: 2 of 200 tenants to change \(2 settings, 1 of them drift\), 198 with/,
      ) as string,
    ]);
  });

  it('apply changes each tenant once, even when it runs twice', async () => {
    const before = await readVersions();
    const first = await attune.run('apply', 'tenants', '--yes', '--source', 'commit 4f1c2a9');
    expect(first.code).toBe(0);
    expect(first.stdout).toContain('applied  tenant-007  version 3\n');
    expect(first.stdout).toMatch(/2 tenants applied, 0 failed\.\n$/);
    const second = await attune.run('apply', 'tenants', '--yes');
    expect(second).toMatchObject({ code: 0, stdout: expect.stringMatching(/^Nothing to do: 200/) as string });
    expect(await readVersions()).toEqual(new Map(before).set(edited, 3).set(changedManually, 4));
    const { body } = await app.platform.get<{ items: HistoryEntry[] }>(
      `/v1/platform/tenants/${edited}/config/history`,
    );
    expect(body.items[0]).toMatchObject({
      action: 'apply',
      reason: `commit 4f1c2a9:tenants/${edited}.yaml`,
      changes: [{ field: 'temperature', from: 0.5, to: 0.3 }],
    });
  });

  it('a file owns what it named; the API changes that by force alone, and the change is drift', async () => {
    expect((await getConfigurationOf(edited)).body['managed_by_code']).toEqual([
      'temperature',
      'system_prompt_template',
      'prompt_variables',
      'ui_primary_color',
    ]);
    expect(await changeManually(edited, { temperature: 0.9 })).toMatchObject({
      status: 409,
      body: { type: '/problems/managed-by-code', fields: ['temperature'] },
    });
    await changeManually(edited, { temperature: 0.9, force: true, reason: 'incident' });
    await changeManually(edited, { max_tokens: 700 });
    const file = `tenants/${edited}.yaml`;
    const drift = await attune.run('drift', file);
    expect(drift).toEqual({
      code: 2,
      stdout:
        `${edited}  ${file}  version 5\n  model.temperature: the file had 0.3, found 0.9  (set by platform_admin)\n\n` +
        'Drift: 1 setting of 1 tenant.\n',
      stderr: '',
    });
    expect(await attune.run('apply', file, '--yes')).toMatchObject({ code: 0 });
    expect((await getConfigurationOf(edited)).body).toMatchObject({
      temperature: 0.3,
      own: { temperature: 0.3, max_tokens: 700 },
    });
  });

  it('apply takes ownership of existing values when asked', async () => {
    expect((await getConfigurationOf(untouched)).body['managed_by_code']).toEqual([]);
    expect((await runPlan('--take-over')).plan.summary).toMatchObject({ changed: 198, changes: 0 });
    const one = `tenants/${untouched}.yaml`;
    expect(await attune.run('apply', one, '--yes', '--take-over')).toMatchObject({ code: 0 });
    expect((await getConfigurationOf(untouched)).body).toMatchObject({ version: 3 });
    expect((await getConfigurationOf(untouched)).body['managed_by_code']).toHaveLength(4);
  });

  it('a killed apply that runs again completes, each tenant once', async () => {
    const before = await readVersions();
    await Promise.all(ids.map((id) => editFile(id, /temperature: 0\.[35]/, 'temperature: 0.1')));
    const killed = attune.start('apply', 'tenants', '--yes', '--concurrency', '1');
    const applied = async (): Promise<number> =>
      [...(await readVersions())].filter(([id, version]) => version > before.get(id)!).length;
    await waitFor(async () => (await applied()) > 5, { what: 'some tenants are changed', timeoutMs: 50_000 });
    killed.child.kill('SIGKILL');
    expect((await killed.result).code).toBeNull();
    const left = count - (await applied());
    expect(left).toBeGreaterThan(0);

    const again = await attune.run('apply', 'tenants', '--yes', '--json');
    expect(again.code).toBe(0);
    const { summary } = JSON.parse(again.stdout) as { summary: Record<string, number> };
    expect(summary).toMatchObject({ waiting: 0, failed: 0 });
    expect(summary['applied']).toBeLessThanOrEqual(left);
    expect(await readVersions()).toEqual(new Map([...before].map(([id, version]) => [id, version + 1])));
  });

  it('apply goes on after a tenant that fails', async () => {
    await changeManually(locked, { override_allowed: false });
    await Promise.all([locked, edited].map((id) => editFile(id, 'temperature: 0.1', 'temperature: 0.2')));
    await writeFile(join(folder, 'tenants/nobody.yaml'), 'tenant: nobody\nmodel: {temperature: 1}\n');
    const ended = await attune.run('apply', 'tenants', '--yes', '--json');
    expect(ended.code).toBe(1);
    const { tenants, summary } = JSON.parse(ended.stdout) as {
      tenants: Record<string, unknown>[];
      summary: object;
    };
    expect(summary).toEqual({ applied: 1, waiting: 0, failed: 2 });
    expect(tenants).toMatchObject([
      { tenant: 'nobody', outcome: 'failed', errors: [expect.stringContaining('there is no tenant nobody')] },
      { tenant: edited, outcome: 'applied' },
      { tenant: locked, outcome: 'failed', errors: [expect.stringContaining('override_allowed')] },
    ]);
    const forced = await attune.run('apply', 'tenants', '--yes', '--force', '--reason', 'incident 4711');
    expect(forced.code).toBe(1);
    expect((await getConfigurationOf(locked)).body).toMatchObject({
      temperature: 0.2,
      override_allowed: false,
    });
  });
});
