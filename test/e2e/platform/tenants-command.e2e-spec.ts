import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AttuneCommand, type CommandResult } from '../../app/attune-command.js';
import { useTestApp } from '../../app/test-app.js';

interface OutcomeLine {
  readonly tenant_id: string;
  readonly outcome?: string;
  readonly action?: string;
  readonly error?: string;
  readonly admin_key?: { readonly key: string };
}

const list = `- tenant_id: north
  name: North
  plan: pro
  labels: { region: eu, tier: gold }
- { tenant_id: south, name: South, plan: basic }
`;

describe('attune tenants', () => {
  const app = useTestApp();
  let folder: string;
  let attune: AttuneCommand;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'attune-tenants-'));
    const env = { ATTUNE_URL: app.replica.url, ATTUNE_API_KEY: app.replica.platformKey };
    attune = new AttuneCommand(folder, env);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const linesOf = ({ stdout }: CommandResult): OutcomeLine[] =>
    stdout
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as OutcomeLine);

  async function apply(name: string, text: string, ...options: string[]): Promise<CommandResult> {
    await writeFile(join(folder, name), text);
    return attune.run('tenants', 'apply', name, ...options);
  }

  it('creates the tenants of a file with their labels, and prints their first keys; a dry run creates none', async () => {
    const preview = await apply('tenants.yaml', list, '--dry-run');
    expect(linesOf(preview).map(({ action }) => action)).toEqual(['create', 'create']);
    expect((await app.platform.get('/v1/platform/tenants/north')).status).toBe(404);
    const applied = await apply('tenants.yaml', list);
    expect([applied.code, applied.stderr]).toEqual([
      0,
      expect.stringContaining('2 tenants created, 0 changed, 0 waiting, 0 unchanged, 0 failed.'),
    ]);
    const [north] = linesOf(applied).filter(({ tenant_id: id }) => id === 'north');
    expect((await app.platform.as(north!.admin_key!.key).get('/v1/config')).status).toBe(200);
    expect((await app.platform.get('/v1/platform/tenants/north')).body).toMatchObject({
      plan: 'pro',
      labels: { region: 'eu', tier: 'gold' },
    });
  });

  it('changes what differs, removes labels that the file no longer has, and repeats without an effect', async () => {
    const changed = list.replace('plan: basic', 'plan: pro').replace(', tier: gold', '');
    const preview = linesOf(await apply('tenants.yaml', changed, '--dry-run'));
    expect(preview).toEqual([
      { tenant_id: 'north', action: 'change', changes: { labels: { region: 'eu', tier: null } } },
      { tenant_id: 'south', action: 'change', changes: { plan: 'pro' } },
    ]);
    expect(linesOf(await apply('tenants.yaml', changed)).map(({ outcome }) => outcome)).toEqual([
      'changed',
      'changed',
    ]);
    expect((await app.platform.get('/v1/platform/tenants/north')).body).toMatchObject({
      labels: { region: 'eu' },
    });
    expect(linesOf(await apply('tenants.yaml', changed)).map(({ outcome }) => outcome)).toEqual([
      'unchanged',
      'unchanged',
    ]);
  });

  it('says which tenant failed and why, and does the others', async () => {
    const lines = [
      { tenant_id: 'east', name: 'East', plan: 'none' },
      { tenant_id: 'west', name: 'West', plan: 'pro' },
    ];
    const result = await apply('more.ndjson', lines.map((line) => JSON.stringify(line)).join('\n'));
    expect(result.code).toBe(1);
    expect(result.stderr).toMatch(/attune: east: .*plan/);
    const outcomes = Object.fromEntries(linesOf(result).map(({ tenant_id: id, outcome }) => [id, outcome]));
    expect(outcomes).toEqual({ east: 'failed', west: 'created' });
  });

  it('says that the id of a tenant that was deleted since the last run cannot be used again', async () => {
    const line = '{"tenant_id":"twice","name":"Twice","plan":"pro"}';
    const [first] = linesOf(await apply('twice.ndjson', line));
    await app.platform.del('/v1/platform/tenants/twice');
    const [second] = linesOf(await apply('twice.ndjson', line));
    expect([first!.outcome, second!.outcome]).toEqual(['created', 'failed']);
    expect(second).toMatchObject({ error: expect.stringContaining('was used before') as string });
  });

  it.each([
    ['a.yaml', 'tenant_id: x', /a\.yaml:1:1: The file must be a list of tenants\./],
    ['b.yaml', '- name: x\n- 7', /b\.yaml:1:3: Each tenant must be an object with tenant_id[^]*b\.yaml:2:3/],
    [
      'c.ndjson',
      '{"tenant_id":"x"}\n{"tenant_id":"x"}',
      /c\.ndjson:2:1: The file lists the tenant x twice\./,
    ],
    ['d.ndjson', '{"tenant_id":"x"', /d\.ndjson:1:1: The line is no JSON/],
  ])('names the place of an error in %s, and changes nothing', async (name, text, message) => {
    const { code, stderr } = await apply(name, text);
    expect([code, stderr]).toEqual([1, expect.stringMatching(message)]);
  });

  it('exports the tenants with their labels as a file that changes nothing when it is applied', async () => {
    const { stdout } = await attune.run('tenants', 'export');
    expect(stdout).toContain(
      '{"tenant_id":"north","name":"North","plan":"pro","approval_required":false,"labels":{"region":"eu"}}',
    );
    const outcomes = linesOf(await apply('all.ndjson', stdout)).map(({ outcome }) => outcome);
    expect(new Set(outcomes)).toEqual(new Set(['unchanged']));
  });
});
