import { execFile } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startReplica } from '#testing';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../..');

const compilerOptions = {
  strict: true,
  module: 'nodenext',
  target: 'es2024',
  lib: ['es2024', 'dom', 'dom.iterable'],
  types: ['node'],
  skipLibCheck: true,
  rootDir: '.',
  outDir: 'compiled',
};

describe('clients that generators make from the OpenAPI document', () => {
  let folder: string;
  let replica: Awaited<ReturnType<typeof startReplica>>;

  const inFolder = (name: string): string => join(folder, name);
  const runTool = (name: string, ...options: string[]) =>
    run(join(root, 'node_modules/.bin', name), options, { cwd: folder });

  beforeAll(async () => {
    // Below node_modules, so that the clients find the packages that they import.
    mkdirSync(join(root, 'node_modules/.cache'), { recursive: true });
    folder = mkdtempSync(join(root, 'node_modules/.cache/generated-clients-'));
    replica = await startReplica({ env: { ATTUNE_DEMO: 'false' } });
    const { body } = await replica.api.get('/openapi.json');
    writeFileSync(inFolder('openapi.json'), JSON.stringify(body));
    writeFileSync(inFolder('package.json'), JSON.stringify({ type: 'module' }));
    writeFileSync(inFolder('tsconfig.json'), JSON.stringify({ compilerOptions }));
    copyFileSync(join(import.meta.dirname, 'use-generated-clients.ts.txt'), inFolder('use-clients.ts'));
    await runTool('openapi-typescript', 'openapi.json', '--output', 'openapi-typescript.ts');
    await runTool('openapi-ts', '--input', './openapi.json', '--output', 'hey-api', '--no-log-file');
    await runTool('oazapfts', 'openapi.json', 'oazapfts.ts');
  });

  afterAll(async () => {
    await replica.stop();
    rmSync(folder, { recursive: true });
  });

  it('the clients of openapi-typescript, @hey-api/openapi-ts and oazapfts pass the type check and work', async () => {
    await expect(runTool('tsc', '--project', '.')).resolves.toMatchObject({ stdout: '' });
    const program = inFolder('compiled/use-clients.js');
    const { stdout } = await run(process.execPath, [program, replica.url, replica.platformKey]);
    expect(JSON.parse(stdout)).toEqual({
      heyApi: { answer: expect.stringContaining('first day of the month'), temperature: 0.3 },
      openapiFetch: { version: 2, refusal: '/problems/forbidden' },
      oazapfts: { documents: ['lease'], status: 400 },
      tenant: 'generated',
    });
  });
});
