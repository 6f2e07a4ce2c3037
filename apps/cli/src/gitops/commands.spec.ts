import type { Command } from 'commander';
import { CliConfig } from '../cli.config.js';
import { applyCommand } from './apply.command.js';
import { exportCommand } from './export.command.js';
import { runConcurrently } from '../terminal/run-concurrently.js';
import { driftCommand, planCommand } from './plan.command.js';
import { schemaCommand } from './schema.command.js';
import { validateCommand } from './validate.command.js';
import { verifyCommand } from '../verify/verify.command.js';

const emptyConfig = (): CliConfig => new CliConfig();
const commands: [string, () => Command][] = [
  ['plan', () => planCommand(emptyConfig)],
  ['apply', () => applyCommand(emptyConfig)],
  ['drift', () => driftCommand(emptyConfig)],
  ['export', () => exportCommand(emptyConfig)],
  ['verify', () => verifyCommand(emptyConfig)],
  ['validate', validateCommand],
  ['schema', schemaCommand],
];

async function run(command: Command, ...words: string[]): Promise<{ written: string; error: unknown }> {
  let written = '';
  const writeOut = (text: string): void => {
    written += text;
  };
  command.exitOverride().configureOutput({ writeOut, writeErr: writeOut });
  try {
    await command.parseAsync(words, { from: 'user' });
    return { written, error: null };
  } catch (error) {
    return { written, error };
  }
}

describe('attune', () => {
  it.each(commands)('%s --help has an example', async (name, command) => {
    const { written, error } = await run(command(), '--help');
    expect(error).toMatchObject({ exitCode: 0 });
    expect(written).toMatch(new RegExp(`Examples?:\\n {2}attune ${name} `));
  });

  it.each([
    ['plan', '--colour'],
    ['plan', '--concurrency', '0'],
    ['plan', '--concurrency', 'many'],
    ['apply', '--yes', '--force'],
    ['apply', '--yes', '--reason', 'x'.repeat(501)],
    ['apply', '--json'],
    ['apply'],
    ['export', '--all'],
    ['verify'],
    ['verify', '--questions', 'x', '--sample', '0'],
    ['verify', '--questions', 'x', '--classes', '1.5'],
    ['verify', '--questions', 'x', '--similarity', '2'],
    ['export', '--out', 'x'],
    ['export', '--out', 'x', '--all', '--tenant', 'acme'],
  ])('refuses the command line: %s %s %s %s %s', async (name, ...words) => {
    const command = commands.find(([known]) => known === name)![1]();
    const { error } = await run(command, ...words.filter((word) => word !== undefined));
    expect(error).toMatchObject({
      code: expect.stringMatching(/^(commander|attune)\./) as string,
      exitCode: 1,
    });
  });

  it('names the environment variable that is missing', async () => {
    const { error } = await run(planCommand(emptyConfig), '.');
    expect((error as Error).message).toMatch(/ATTUNE_URL[^]*ATTUNE_API_KEY/);
    const { error: other } = await run(planCommand(emptyConfig), '.', '--url', 'ftp://x');
    expect((other as Error).message).toMatch(/--url must be a URL/);
  });
});

describe('runConcurrently', () => {
  it('returns the results in order and never runs more tasks than the limit', async () => {
    let [running, most] = [0, 0];
    const results = await runConcurrently(
      [5, 1, 4, 2, 3],
      { concurrency: 2, what: 'testing' },
      async (item) => {
        most = Math.max(most, (running += 1));
        for (let turn = 0; turn < item; turn += 1) await Promise.resolve();
        running -= 1;
        return item * 10;
      },
    );
    expect(results).toEqual([50, 10, 40, 20, 30]);
    expect(most).toBe(2);
  });

  it('starts no new task after a failure', async () => {
    const begun: number[] = [];
    const work = async (item: number): Promise<void> => {
      begun.push(item);
      await Promise.resolve();
      if (item === 1) throw new Error('one');
    };
    await expect(
      runConcurrently([1, 2, 3, 4, 5, 6], { concurrency: 2, what: 'testing' }, work),
    ).rejects.toThrow('one');
    expect(begun.length).toBeLessThan(6);
  });
});
