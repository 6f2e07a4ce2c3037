import { Command } from 'commander';
import type { CliConfig } from '../cli.config.js';
import { readTenantFiles } from '../files/read-tenant-files.js';
import { type ConnectionOptions, createClient, connectionHelp, urlOption } from '../client/create-client.js';
import { concurrencyOption } from '../terminal/run-concurrently.js';
import { formatJson, printLine, printErrors } from '../terminal/output.js';
import { type TenantPreview, type ApplyOptions, previewTenants } from './preview-tenants.js';
import { driftText, errorLines, previewJson, previewText, summarize } from './format-preview.js';

type Options = ConnectionOptions & ApplyOptions & { readonly json?: boolean };

/** Changes have an exit code of their own; nothing else exits with it, not even a misspelt option. */
const exitCodes = { nothingToDo: 0, failed: 1, changes: 2 } as const;

const exitHelp = `
Exit codes: 0 nothing to do, 2 changes, 1 an error: also a wrong command line or environment.`;

const planHelp = `
Paths are YAML files, or folders with all files below them; the default is the current folder.
${connectionHelp}

Examples:
  attune plan tenants/
  attune plan tenants/acme-law.yaml --json | jq '.tenants[].changes'
${exitHelp}`;

const driftHelp = `
Drift is a change made outside the file since it was applied: by the API with force, by a platform admin's rollback, by SQL.
${connectionHelp}

Example:
  attune drift tenants/
${exitHelp.replace('nothing to do, 2 changes', 'no drift, 2 drift')}`;

/** `attune plan`: prints what apply would change. */
export function planCommand(readCliConfig: () => CliConfig): Command {
  return comparisonCommand('plan')
    .option('--take-over', 'also count settings that already have their value but belong to no file')
    .addHelpText('after', planHelp)
    .action(async (paths: string[], options: Options) => {
      const previews = await readPreviews(paths, options, readCliConfig);
      printLine(options.json ? formatJson(previewJson(previews, options)) : previewText(previews, options));
      setExitCode(previews, summarize(previews, options).changed);
    });
}

/** `attune drift`: prints the changes made outside the files. */
export function driftCommand(readCliConfig: () => CliConfig): Command {
  return comparisonCommand('drift')
    .addHelpText('after', driftHelp)
    .action(async (paths: string[], options: Options) => {
      const previews = await readPreviews(paths, options, readCliConfig);
      printLine(
        options.json
          ? formatJson(previewJson(previews.filter(hasDriftOrError), options))
          : driftText(previews),
      );
      setExitCode(previews, summarize(previews, options).drift);
    });
}

function comparisonCommand(name: string): Command {
  return new Command(name)
    .argument('[paths...]', 'files and folders')
    .option('--json', 'print JSON')
    .addOption(concurrencyOption())
    .addOption(urlOption());
}

async function readPreviews(
  paths: readonly string[],
  options: Options,
  readCliConfig: () => CliConfig,
): Promise<TenantPreview[]> {
  const client = createClient(readCliConfig(), options);
  return previewTenants(client, await readTenantFiles(paths), options);
}

function hasDriftOrError({ preview }: TenantPreview): boolean {
  return preview === null || preview.drift.length > 0;
}

function setExitCode(previews: readonly TenantPreview[], changeCount: number): void {
  const errors = errorLines(previews);
  printErrors(errors);
  process.exitCode = exitCodeFor(errors.length, changeCount);
}

function exitCodeFor(errors: number, changeCount: number): number {
  if (errors > 0) return exitCodes.failed;
  return changeCount > 0 ? exitCodes.changes : exitCodes.nothingToDo;
}
