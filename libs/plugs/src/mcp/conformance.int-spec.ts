import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { startConformanceApp } from '../../testing/mcp/conformance-app.js';

const run = promisify(execFile);
const program = join(
  dirname(require.resolve('@modelcontextprotocol/conformance/package.json')),
  'dist/index.js',
);

describe('the conformance suite of the Model Context Protocol', () => {
  let app: Awaited<ReturnType<typeof startConformanceApp>>;
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'attune-conformance-'));
    app = await startConformanceApp();
  });
  afterAll(async () => {
    await app.close();
    await rm(folder, { recursive: true });
  });

  it.each(['2025-11-25', '2026-07-28'])(
    'the endpoint meets the requirements of %s but for those that its file of expected failures explains',
    async (revision) => {
      const expected = join(import.meta.dirname, `../../testing/mcp/expected-failures.${revision}.yml`);
      const options = ['--requirements', revision, '--expected-failures', expected, '--output-dir', folder];
      const suite = run(process.execPath, [program, 'server', '--url', app.url, ...options]);
      const { stdout } = await suite.catch((error: unknown) => error as { readonly stdout: string });
      expect(summaryOf(stdout)).toContain('Baseline check passed');
    },
  );
});

/** The result of each scenario, without the names of its files. */
function summaryOf(output: string): string {
  return output.slice(output.indexOf('=== SUMMARY ==='));
}
