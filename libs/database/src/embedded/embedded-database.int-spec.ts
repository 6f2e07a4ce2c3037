import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import { EmbeddedDatabase } from './embedded-database.js';

Logger.overrideLogger(false);

describe('EmbeddedDatabase', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'attune-damaged-'));
    await (await EmbeddedDatabase.open(folder)).close();
  });

  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('EmbeddedDatabase opens what it closed', async () => {
    await (await EmbeddedDatabase.open(folder)).close();
  });

  it.each([
    ['has files of another version', () => writeFile(join(folder, 'postgres/PG_VERSION'), '99\n')],
    ['has a cut file', () => truncate(join(folder, 'postgres/global/pg_control'), 100)],
  ])(
    'EmbeddedDatabase names the folder and a remedy when it %s, and leaves the folder unlocked',
    async (_damage, damage) => {
      await damage();
      for (let attempt = 1; attempt <= 2; attempt += 1)
        await expect(EmbeddedDatabase.open(folder)).rejects.toThrow(
          `The embedded database in ${join(folder, 'postgres')} cannot be opened; its files may be damaged. Restore`,
        );
    },
  );
});
