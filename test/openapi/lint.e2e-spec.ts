import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../..');

/** Runs a linter of OpenAPI documents on the committed document, and returns what it reports. */
async function lint(tool: string, ...options: string[]): Promise<string> {
  const command = join(root, 'node_modules/.bin', tool);
  const env = {
    ...process.env,
    NO_COLOR: '1',
    REDOCLY_TELEMETRY: 'off',
    REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true',
  };
  const result = await run(command, ['lint', 'docs/openapi.json', ...options], { cwd: root, env }).catch(
    (error: { stdout: string }) => error,
  );
  return result.stdout;
}

describe('docs/openapi.json', () => {
  it('has no error and no warning of redocly', async () => {
    const report = await lint('redocly', '--config', 'test/openapi/redocly.yaml', '--format', 'json');
    const { problems, totals } = JSON.parse(report) as { problems: object[]; totals: object };
    expect(problems).toEqual([]);
    expect(totals).toMatchObject({ errors: 0, warnings: 0 });
  });

  it('has no error and no warning of spectral', async () => {
    const report = await lint(
      'spectral',
      '--ruleset',
      'test/openapi/spectral.yaml',
      '--format',
      'json',
      '--quiet',
    );
    expect(JSON.parse(report)).toEqual([]);
  });
});
