import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitFor } from '#testing';
import { AttuneCommand } from '../../app/attune-command.js';
import { type TestTenant, createTenant, useTestApp } from '../../app/test-app.js';

const secret = 'Hawthorne';
const template = `You speak for ${secret} Partners: {firm}. {{Kindly}} answer in {tone} words.\n\n{context}`;

const app = useTestApp();
let folder: string;
let attune: AttuneCommand;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'attune-verify-'));
  attune = new AttuneCommand(folder, {
    ATTUNE_URL: app.replica.url,
    ATTUNE_API_KEY: app.replica.platformKey,
  });
  for (const id of ['hawthorne-law', 'inherits', 'owns', 'suspended']) {
    const tenant = await createTenant(app.platform, id, 'enterprise');
    await addDocuments(tenant);
  }
  await app.platform.patch('/v1/platform/tenants/owns/config', { retrieval_top_k: 4 });
  await app.platform.patch('/v1/platform/tenants/suspended', { status: 'suspended' });
  await writeFixture('questions.json', JSON.stringify(['When is the rent due?', 'Who pays for repairs?']));
  await writeFixture('fewer.yaml', 'retrieval_top_k: 1\n');
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function addDocuments({ admin }: TestTenant): Promise<void> {
  const texts = {
    rent: 'The rent is due on the first day of each month.',
    repairs: 'The landlord pays for repairs, and the rent is lower while they last.',
    notice: 'The notice of the rent agreement is three months.',
  };
  for (const [id, text] of Object.entries(texts)) await admin.post('/v1/documents', { id, title: id, text });
}

function writeFixture(name: string, text: string): Promise<void> {
  return writeFile(join(folder, name), text);
}

function readOutput(...path: string[]): Promise<string> {
  return readFile(join(folder, ...path), 'utf8');
}

const verifyArguments = ['verify', '--questions', 'questions.json'] as const;

describe('attune verify', () => {
  it('reports the effect of proposed defaults on the tenants that inherit them, and changes nothing', async () => {
    const paths = ['--out', 'report.md', '--html', 'report.html'];
    const { code, stderr } = await attune.run(
      ...verifyArguments,
      '--defaults',
      'fewer.yaml',
      '--yes',
      ...paths,
    );
    expect(stderr).toContain(
      'Asks 2 questions of 1 class of configuration, each under both settings: 4 model',
    );
    expect(code).toBe(2);
    const report = await readOutput('report.md');
    expect(report).toContain('The proposal changes settings of 3 of 4 tenants');
    expect(report).toContain('2 tenants in 1 class of configuration: asked 2 questions each');
    expect(report).toContain('1 tenant in 1 class of configuration: not asked');
    expect(report).toContain('1 suspended tenant left out.');
    expect(report).toContain('## Class 1: hawthorne-law (2 tenants)\n\n```diff\n~ retrieval.top_k: 5 → 1');
    expect(report).toMatch(/\| sources \| [^|]+, [^|]+ \| [^|,]+ \|/);
    expect(await readOutput('report.html')).toContain('<h2>Class 1: hawthorne-law (2 tenants)</h2>');
    const { body } = await app.platform.get<object>('/v1/platform/defaults');
    expect(body).toMatchObject({ retrieval_top_k: 5 });
  });

  it('reports no difference between equal settings', async () => {
    const { code, stdout } = await attune.run(...verifyArguments, '--yes', '--sample', '1', '--classes', '1');
    expect(stdout).toContain('1 question asked, 0 answered differently, 0 errors.');
    expect(code).toBe(0);
    await writeFixture('colour.yaml', 'ui_primary_color: "#123456"\n');
    const unaffected = await attune.run(...verifyArguments, '--defaults', 'colour.yaml');
    expect(unaffected).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('0 questions asked') as string,
    });
  });

  it('starts nothing when the input is wrong or the cost was not confirmed', async () => {
    const unasked = await attune.run(...verifyArguments);
    expect(unasked).toMatchObject({ code: 1, stderr: expect.stringContaining('give --yes') as string });
    await writeFixture('wrong.yaml', 'max_tokens: 500\ntemperature: 9\nretrieval_topk: 1\n');
    const unknown = await attune.run(...verifyArguments, '--defaults', 'wrong.yaml', '--yes');
    expect(unknown).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(
        /^wrong\.yaml:3:1: Unknown setting "retrieval_topk"\. Did you mean "retrieval_top_k"/,
      ) as string,
    });
    await writeFixture('wrong.yaml', 'max_tokens: 500\ntemperature: 9\n');
    const refused = await attune.run(...verifyArguments, '--defaults', 'wrong.yaml', '--yes');
    expect(refused).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^wrong\.yaml:2:14: temperature must be at most 2\.\n$/) as string,
    });
    const nowhere = await attune.run(...verifyArguments, '--yes', '--out', 'no/such/report.md');
    expect(nowhere).toMatchObject({ code: 1, stdout: '' });
  });

  it('writes a report of the answers so far when it is interrupted', async () => {
    await writeFixture(
      'many.json',
      JSON.stringify(Array.from({ length: 200 }, (_, at) => `What is rule ${at}?`)),
    );
    const words = [
      'verify',
      '--questions',
      'many.json',
      '--defaults',
      'fewer.yaml',
      '--yes',
      '--out',
      'cut.md',
    ];
    const { child, result: ended } = attune.start(...words, '--concurrency', '1');
    let stderr = '';
    child.stderr!.on('data', (text: string) => {
      stderr += text;
    });
    await waitFor(() => stderr.includes('asking: '), { what: 'some questions are asked', timeoutMs: 50_000 });
    child.kill('SIGINT');
    expect((await ended).code).toBe(1);
    expect(await readOutput('cut.md')).toContain('Ended early: it was interrupted.');
  });
});

describe('attune export --anonymize', () => {
  it('writes files that reveal nothing of the tenants and can be applied', async () => {
    const own = {
      system_prompt_template: template,
      prompt_variables: { firm: `${secret} and Sons`, tone: 'courteous', floor: 12 },
      ui_logo_url: `https://cdn.hawthorne.example/${secret}.svg`,
      custom_domain: 'ask.hawthorne.example',
      temperature: 0.3,
    };
    for (const id of ['hawthorne-law', 'inherits'])
      await app.platform.patch(`/v1/platform/tenants/${id}/config`, own);

    const exported = await attune.run('export', '--all', '--anonymize', '--out', 'fixtures');
    expect(exported).toMatchObject({ code: 0, stdout: '4 files written to fixtures, 0 as they were.\n' });
    const names = (await readdir(join(folder, 'fixtures'))).filter((name) => name.endsWith('.yaml'));
    const texts = await Promise.all(names.map((name) => readOutput('fixtures', name)));
    expect([...names, ...texts].join('\n')).not.toMatch(
      /hawthorne|inherits|owns|suspended|partners|kindly|answer|sons|courteous|cdn/i,
    );
    expect(
      texts.filter((text) => /\{firm\}[^]*\{tone\}[^]*\{context\}[^]*floor: 12/.test(text)),
    ).toHaveLength(2);
    const bodies = texts.map((text) => text.replace(/^tenant: .*$/m, ''));
    expect(new Set(bodies).size).toBe(3);

    for (const name of names) await createTenant(app.platform, name.replace('.yaml', ''), 'enterprise');
    expect(await attune.run('validate', 'fixtures')).toMatchObject({ code: 0 });
    expect(await attune.run('apply', 'fixtures', '--yes')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('3 tenants applied, 0 failed.') as string,
    });
    const again = await attune.run('export', '--all', '--anonymize', '--out', 'fixtures');
    expect(again).toMatchObject({ code: 1, stderr: expect.stringContaining('without YAML files') as string });
  });
});
