import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { type TestDatabase, createEmptyDatabase } from '#testing';

const program = join(import.meta.dirname, '../../../dist/apps/cli/src/main.js');

interface CommandResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the built command with this environment and no other. */
function runAttune(words: readonly string[], env: Record<string, string> = {}): Promise<CommandResult> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [program, ...words], { env }, (_error, stdout, stderr) =>
      resolve({ code: child.exitCode ?? -1, stdout, stderr }),
    );
  });
}

describe('attune migrate', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createEmptyDatabase();
  });
  afterAll(() => database.drop());

  it('prints the migrations that it ran, and the second time that there was nothing to do', async () => {
    const env = { DATABASE_URL: database.url, MIGRATION_DATABASE_URL: database.migrationUrl };

    const first = await runAttune(['migrate'], env);
    const second = await runAttune(['migrate'], env);

    expect(first).toMatchObject({ code: 0, stderr: '' });
    expect(first.stdout).toMatch(/^Ran \d+ migrations:\n {2}roles-\d+\n/);
    expect(second).toEqual({
      code: 0,
      stdout: 'The database is up to date; nothing had to be run.\n',
      stderr: '',
    });
  });

  it('says in one line that the application login does not exist', async () => {
    const stranger = new URL(database.url);
    stranger.username = 'nobody';

    const ended = await runAttune(['migrate'], {
      DATABASE_URL: stranger.href,
      MIGRATION_DATABASE_URL: database.migrationUrl,
    });

    expect(ended.code).toBe(1);
    expect(ended.stderr).toMatch(/^attune: The user of DATABASE_URL, nobody, does not exist.*\n$/);
  });

  it('says in one line that the server cannot be reached', async () => {
    const url = 'postgres://someone:secret@127.0.0.1:1/attune';

    const ended = await runAttune(['migrate'], { DATABASE_URL: url, MIGRATION_DATABASE_URL: url });

    expect(ended).toEqual({ code: 1, stdout: '', stderr: 'attune: connect ECONNREFUSED 127.0.0.1:1\n' });
  });

  it('names the variables that are missing', async () => {
    const ended = await runAttune(['migrate']);

    expect(ended.code).toBe(2);
    expect(ended.stderr).toMatch(/^attune: .*MIGRATION_DATABASE_URL and DATABASE_URL.*\n$/);
  });
});

describe('attune', () => {
  it('prints its version and its help', async () => {
    await expect(runAttune(['--version'])).resolves.toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) as string,
    });
    await expect(runAttune(['--help'])).resolves.toMatchObject({
      code: 0,
      stdout: expect.stringContaining('migrate') as string,
    });
  });

  it('refuses an unknown command', async () => {
    await expect(runAttune(['migrat'])).resolves.toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/unknown command[^]*`attune --help` lists the commands/) as string,
    });
  });
});
