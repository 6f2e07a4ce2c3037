import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { type ConformanceBackend, startConformanceBackend } from '../../testing/ofrep/conformance-backend.js';

interface Feature {
  readonly elements: readonly {
    readonly name: string;
    readonly tags: readonly { readonly name: string }[];
    readonly steps: readonly {
      readonly result: { readonly status: string; readonly error_message?: string };
    }[];
  }[];
}

const run = promisify(execFile);
const runner = join(dirname(require.resolve('@cucumber/cucumber/package.json')), 'bin/cucumber.js');
const folder = join(import.meta.dirname, '../../testing/ofrep');

const both = ['@variants', '@large-integers', '@object', '@targeting', '@standard-reasons'];
/** What each provider has of the optional parts. */
const capabilities = {
  web: [...both, '@lifecycle', '@unavailable', '@events', '@configuration-change', '@disabled-flags'],
  server: both,
};

describe("OpenFeature's conformance suite for providers", () => {
  let backend: ConformanceBackend;

  beforeAll(async () => {
    backend = await startConformanceBackend();
  });
  afterAll(() => backend.close());

  async function runSuite(provider: 'web' | 'server'): Promise<Feature['elements']> {
    const { url, key, controlUrl } = backend;
    const parameters = { provider, url, key, controlUrl, capabilities: capabilities[provider] };
    const report = join(tmpdir(), `${randomUUID()}.json`);
    const options = [
      '--import',
      join(folder, 'conformance-steps.ts'),
      '--format',
      `json:${report}`,
      '--exit',
    ];
    const words = [...options, '--world-parameters', JSON.stringify(parameters), join(folder, 'features')];
    // It ends with 1 when a scenario fails; the report says which.
    await run(process.execPath, [runner, ...words], { cwd: folder }).catch(() => undefined);
    const features = JSON.parse(readFileSync(report, 'utf8')) as Feature[];
    rmSync(report);
    return features.flatMap(({ elements }) => elements);
  }

  it.each([
    ['web', { passed: 58, skipped: { '@numeric-coercion': 1, '@stale': 1 } }],
    [
      'server',
      {
        passed: 49,
        skipped: { '@disabled-flags': 5, '@events': 2, '@lifecycle': 3, '@numeric-coercion': 1 },
      },
    ],
  ] as const)('the %s provider passes every scenario of what it has', async (provider, expected) => {
    const scenarios = await runSuite(provider);
    const failed = scenarios.flatMap(({ name, steps }) =>
      steps.flatMap(({ result }) => (result.error_message ? [`${name}: ${result.error_message}`] : [])),
    );
    expect(failed).toEqual([]);
    const isSkipped = ({ steps }: Feature['elements'][number]) =>
      steps.some(({ result }) => result.status === 'skipped');
    const skipped = Map.groupBy(scenarios.filter(isSkipped), ({ tags }) =>
      tags.map(({ name }) => name).find((tag) => !capabilities[provider].includes(tag)),
    );
    expect({
      passed: scenarios.filter((scenario) => !isSkipped(scenario)).length,
      skipped: Object.fromEntries([...skipped].map(([tag, list]) => [tag, list.length])),
    }).toEqual(expected);
  });
});
