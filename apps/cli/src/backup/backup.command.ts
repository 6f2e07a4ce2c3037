import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { Command } from 'commander';
import type { CliConfig } from '../cli.config.js';
import { type ConnectionOptions, connectionHelp, createClient, urlOption } from '../client/create-client.js';
import { printLine } from '../terminal/output.js';

const help = `
Writes the database of a service that runs without Postgres into a file, while the service goes on. The file is complete when it has
its name: until then it ends in .part. Only you can read it. With Postgres, use pg_dump.

To restore it, unpack it into the folder postgres of an empty DATA_DIR, then start the service:
  mkdir -p .attune/postgres && tar -xzf attune-backup.tar.gz -C .attune/postgres
${connectionHelp}

Example:
  attune backup attune-$(date +%F).tar.gz`;

/** `attune backup`: writes a backup of the embedded database into a file. */
export function backupCommand(readCliConfig: () => CliConfig): Command {
  return new Command('backup')
    .argument('<file>', 'where to write the backup, such as attune-backup.tar.gz')
    .addOption(urlOption())
    .addHelpText('after', help)
    .action(async (file: string, options: ConnectionOptions) => {
      const bytes = await createClient(readCliConfig(), options).download('/v1/platform/backup');
      await writeWhole(file, bytes);
      printLine(`Wrote ${file}.`);
    });
}

/** A file that is not complete never has the name of a backup. */
async function writeWhole(file: string, bytes: AsyncIterable<Uint8Array>): Promise<void> {
  const part = `${file}.part`;
  try {
    await pipeline(bytes, createWriteStream(part, { mode: 0o600 }));
    await rename(part, file);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}
