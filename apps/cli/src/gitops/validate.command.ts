import { Command } from 'commander';
import { readTenantFiles } from '../files/read-tenant-files.js';
import { pluralize, printLine } from '../terminal/output.js';

const help = `
Checks what needs no server: YAML, names, types, bounds, templates, two files for one tenant. The server checks models and
plan ceilings: use attune plan.

Example:
  attune validate tenants/

Exit codes: 0 valid, 1 errors, 2 wrong command line.`;

/** `attune validate`: reports every error that can be found offline. */
export function validateCommand(): Command {
  return new Command('validate')
    .argument('[paths...]', 'files, and folders with all files below them (default: the current folder)')
    .addHelpText('after', help)
    .action(async (paths: string[]) => {
      const files = await readTenantFiles(paths);
      printLine(`${pluralize(files.length, 'file')} valid.`);
    });
}
