import { Command } from 'commander';
import { readTenantFiles } from '../files/read-tenant-files.js';
import { pluralize, printLine } from '../terminal/output.js';

const help = `
Finds what can be found without a server: YAML, names, types, bounds, templates, two files for one tenant. Models and the
ceilings of plans are the server's to check: attune plan.

Example:
  attune validate tenants/

Exit codes: 0 valid, 1 faults, 2 wrong command line.`;

/** `attune validate`: every fault of the files, offline. */
export function validateCommand(): Command {
  return new Command('validate')
    .description("check the tenants' files without a server")
    .argument('[paths...]', 'files, and folders with all below them; the current folder when left out')
    .addHelpText('after', help)
    .action(async (paths: string[]) => {
      const files = await readTenantFiles(paths);
      printLine(`${pluralize(files.length, 'file')} valid.`);
    });
}
