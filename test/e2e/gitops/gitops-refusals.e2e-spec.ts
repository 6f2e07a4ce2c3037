import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '#testing';
import {
  useApprovalTestApp,
  platformChangeRequestsPath,
  listChangeRequests,
} from '../approvals/approval-test-app.js';
import { AttuneCommand } from '../../app/attune-command.js';
import { expectProblem } from '../../app/expect-problem.js';
import { type TestTenant, getConfiguration, fieldErrorsIn } from '../../app/test-app.js';

const app = useApprovalTestApp();
let folder: string;
let attune: AttuneCommand;
let acme: TestTenant;
const environment = { ATTUNE_URL: '', ATTUNE_API_KEY: `atn_secondadmin00001_${'a'.repeat(48)}` };

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'attune-refused-'));
  environment.ATTUNE_URL = app.platform.url;
  attune = new AttuneCommand(folder, environment);
  acme = await app.createTenant({ approvalRequired: false });
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

const write = (name: string, text: string): Promise<void> => writeFile(join(folder, name), text);
const managedPath = (id: string): string => `/v1/platform/tenants/${id}/managed`;

describe('a managed tenant whose changes need approval', () => {
  it('gets one change request however often its file is applied, and belongs to the file once that is approved', async () => {
    const tenant = await app.createTenant();
    await write('bound.yaml', `tenant: ${tenant.id}\nmodel:\n  temperature: 0.2\n`);
    const planned = await attune.run('plan', 'bound.yaml');
    expect(planned).toMatchObject({ code: 2, stdout: expect.stringContaining('need approval') as string });
    const first = await attune.run('apply', 'bound.yaml', '--yes');
    const second = await attune.run('apply', 'bound.yaml', '--yes');
    const [request, ...others] = await listChangeRequests(tenant);
    expect(others).toEqual([]);
    expect(request).toMatchObject({ state: 'pending', kind: 'apply', reason: 'bound.yaml' });
    const waiting = `waiting  ${tenant.id}  change request ${request!.id}\n`;
    expect([first, second]).toMatchObject([
      { code: 0, stdout: expect.stringContaining(waiting) as string },
      { code: 0, stdout: expect.stringContaining(waiting) as string },
    ]);
    expect(await getConfiguration(tenant.admin)).toMatchObject({ version: 1 });

    const approved = await app.approve(request!.id, app.platform);
    expect(approved.body).toMatchObject({ state: 'applied', applied_version: 2 });
    expect(await getConfiguration(tenant.admin)).toMatchObject({
      temperature: 0.2,
      managed_by_code: ['temperature'],
    });
  });

  it('changes at once when the apply is forced', async () => {
    const tenant = await app.createTenant();
    await write('bound.yaml', `tenant: ${tenant.id}\nmodel:\n  temperature: 0.2\n`);
    const forced = ['apply', 'bound.yaml', '--yes', '--force', '--reason', 'incident 4711'];
    expect(await attune.run(...forced)).toMatchObject({ code: 0 });
    expect(await getConfiguration(tenant.admin)).toMatchObject({ version: 2, temperature: 0.2 });
    expect(await listChangeRequests(tenant)).toEqual([]);
  });
});

describe('PUT /v1/platform/tenants/{tenant_id}/managed', () => {
  const body = { settings: { temperature: 0.2 }, source: 'test', base_version: 1 };

  it('answers with the changes, and changes nothing in a dry run', async () => {
    const tenant = await app.createTenant({ approvalRequired: false });
    const dry = await app.platform.put(managedPath(tenant.id), {
      ...body,
      base_version: undefined,
      dry_run: true,
    });
    const expected = {
      tenant_id: tenant.id,
      changed: true,
      diff: [{ field: 'temperature', from: null, to: 0.2, set_by: null }],
      drift: [],
      taken_over: [],
      released: [],
      override_allowed: true,
      approval_required: false,
    };
    expect(dry).toMatchObject({ status: 200, body: { ...expected, version: 1, dry_run: true } });
    const made = await app.platform.put(managedPath(tenant.id), body);
    expect(made).toMatchObject({ status: 200, body: { ...expected, version: 2, dry_run: false } });
    const again = await app.platform.put(managedPath(tenant.id), { ...body, base_version: 2 });
    expect(again).toMatchObject({ status: 200, body: { version: 2, changed: false, diff: [] } });
  });

  it('answers 412 when the plan was made for another version', async () => {
    const tenant = await app.createTenant({ approvalRequired: false });
    await tenant.admin.patch('/v1/config', { temperature: 1 });
    const late = await app.platform.put(managedPath(tenant.id), body);
    expectProblem(late, 412, 'version-mismatch');
    expect(late.body).toMatchObject({ current_version: 2, changed_fields: ['temperature'] });
  });

  it('answers 412 when base_version is current and If-Match is not', async () => {
    const tenant = await app.createTenant({ approvalRequired: false });
    const put = (tag: string) => app.platform.put(managedPath(tenant.id), body, { 'if-match': tag });
    expectProblem(await put('"7"'), 412, 'version-mismatch');
    expect(await getConfiguration(tenant.admin)).toMatchObject({ version: 1 });
    expect((await put('"7", "1"')).status).toBe(200);
  });

  it('admits platform admins only, and answers 404 for an unknown tenant', async () => {
    expectProblem(await acme.admin.put(managedPath(acme.id), body), 403, 'forbidden');
    expectProblem(await acme.member.put(managedPath('nobody'), body), 403, 'forbidden');
    expectProblem(await app.platform.put(managedPath('nobody'), body), 404, 'not-found');
    expectProblem(await app.platform.as(null).put(managedPath(acme.id), body), 401, 'unauthenticated');
  });

  it.each([
    ['no settings', { settings: undefined }, ['settings: required']],
    ['settings that are no object', { settings: [] }, ['settings: type']],
    ['no version', { base_version: undefined }, ['base_version: required']],
    ['a version that is none', { base_version: 0 }, ['base_version: min']],
    ['no source', { source: '' }, ['source: min']],
    ['a source too long', { source: 'x'.repeat(501) }, ['source: max_length']],
    ['a field unknown', { plan: 'pro' }, ['plan: unknown_field']],
    [
      'settings with faults',
      { settings: { temperature: 9, model_name: 'none', tone: 1, ui_logo_url: null } },
      [
        'settings.model_name: enum',
        'settings.temperature: max',
        'settings.tone: unknown_field',
        'settings.ui_logo_url: type',
      ],
    ],
  ])('refuses %s', async (_what, wrong, faults) => {
    const refused = await app.platform.put<{ errors?: [] }>(managedPath(acme.id), { ...body, ...wrong });
    expectProblem(refused, 400, 'invalid-input');
    expect(fieldErrorsIn(refused.body)).toEqual(faults);
    expect(await getConfiguration(acme.admin)).toMatchObject({ version: 1 });
  });
});

describe('attune', () => {
  it('reports every error in the files before it sends a request', async () => {
    await write('faulty.yml', `tenant: ${acme.id}\nmodel:\n  temperature: 9\n`);
    await write('twice.yaml', `tenant: ${acme.id}\n`);
    const faults = [
      'faulty.yml:3:16: model.temperature must be at most 2.',
      `twice.yaml:1:9: ${acme.id} has a file already: faulty.yml:1:9.`,
    ];
    const expected = { code: 1, stdout: '', stderr: `${faults.join('\n')}\n` };
    expect(await attune.run('apply', 'faulty.yml', 'twice.yaml', '--yes')).toEqual(expected);
  });

  it('reports what only the server can refuse, names the missing tenant, and plans the others', async () => {
    const other = await app.createTenant({ approvalRequired: false });
    await write('1.yaml', `tenant: ${acme.id}\nmodel:\n  name: gpt-none\n`);
    await write('2.yaml', 'tenant: nobody\n');
    await write('3.yaml', `tenant: ${other.id}\nmodel: {temperature: 1}\n`);
    const { code, stdout, stderr } = await attune.run('plan', '1.yaml', '2.yaml', '3.yaml', '--json');
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr:
        `attune: ${acme.id} (1.yaml): 1.yaml:3:9: model_name: the model is not in the catalogue.\n` +
        'attune: nobody (2.yaml): there is no tenant nobody; create it first, or correct the file\n',
    });
    expect(JSON.parse(stdout)).toMatchObject({
      tenants: [
        { status: 'failed', version: null },
        { status: 'failed' },
        { tenant: other.id, status: 'changed' },
      ],
      summary: { tenants: 3, changed: 1, failed: 2 },
    });
  });

  it('prints one line when no server answers or the key is refused', async () => {
    await write('acme.yaml', `tenant: ${acme.id}\n`);
    const url = `http://127.0.0.1:${await freePort()}`;
    expect(await attune.run('plan', 'acme.yaml', '--url', url)).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(`^attune: Nothing answers at ${url} .*ECONNREFUSED.*\n$`) as string,
    });
    const asTenant = attune.withEnvironment({ ...environment, ATTUNE_API_KEY: acme.adminKey });
    expect(await asTenant.run('plan', 'acme.yaml')).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^attune: .*must be a platform admin's\.\n$/) as string,
    });
  });

  it('exits with 2 only when plan or drift find something', async () => {
    expect(await attune.withEnvironment({}).run('plan', 'acme.yaml', '--colour')).toMatchObject({ code: 1 });
    expect(await attune.withEnvironment({}).run('drift', 'acme.yaml')).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/ATTUNE_URL.*ATTUNE_API_KEY/) as string,
    });
    expect(await attune.withEnvironment({}).run('apply', 'acme.yaml')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('give --yes') as string,
    });
  });

  it('replaces a file with other content only with --force', async () => {
    await acme.admin.patch('/v1/config', { temperature: 0.4 });
    await write(`${acme.id}.yaml`, `# ours\ntenant: ${acme.id}\nmodel: {temperature: 1}\n`);
    const exporting = ['export', '--tenant', acme.id, '--tenant', '../nobody', '--out', '.'];
    const refused = await attune.run(...exporting);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(/says something else[^]*\.\.\/nobody: /);
    expect((await attune.run(...exporting, '--overwrite')).stdout).toMatch(/^1 file written to \., 0 as/);
  });
});

describe('change requests of an apply', () => {
  it('show platform admins that they come from a file', async () => {
    const { body } = await app.platform.get<{ items: object[] }>(
      `${platformChangeRequestsPath}?state=applied`,
    );
    expect(body.items[0]).toMatchObject({ kind: 'apply', requested_by: 'key:secondadmin00001' });
  });
});
