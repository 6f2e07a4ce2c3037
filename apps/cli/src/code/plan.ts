import type { Environment } from '#kernel';
import { Command } from 'commander';
import { readTenantFiles } from '../files/tenant-files.js';
import { type ConnectionOptions, connect, connectionHelp, urlOption } from '../server/connect.js';
import { concurrencyOption } from './in-parallel.js';
import { json, print, warn } from './output.js';
import { type PlannedTenant, type Intent, planTenants } from './plan-tenants.js';
import { driftText, errorLines, planJson, planText, summaryOf } from './show-plan.js';

type Options = ConnectionOptions & Intent & { readonly json?: boolean };

/** The shell learns of changes by a code of their own; so nothing else, a misspelt option neither, ends with it. */
const codes = { nothingToDo: 0, failed: 1, changes: 2 } as const;

const exitHelp = `
Exit codes: 0 nothing to do, 2 changes, 1 an error: also a wrong command line or environment.`;

const planHelp = `
Paths are YAML files, or folders with all below them; the default is the current folder.
${connectionHelp}

Examples:
  attune plan tenants/
  attune plan tenants/acme-law.yaml --json | jq '.tenants[].changes'
${exitHelp}`;

const driftHelp = `
Drift is what somebody else changed since the file was applied: by the API with force, a rollback by a platform admin, plain SQL.
${connectionHelp}

Example:
  attune drift tenants/
${exitHelp.replace('nothing to do, 2 changes', 'no drift, 2 drift')}`;

/** `attune plan`: what apply would change. */
export function planCommand(readEnvironment: () => Environment): Command {
  return comparing('plan', "show what the tenants' files would change")
    .option('--take-over', 'also count settings that have their value already and are not the files’ yet')
    .addHelpText('after', planHelp)
    .action(async (paths: string[], options: Options) => {
      const planned = await plannedAt(paths, options, readEnvironment);
      print(options.json ? json(planJson(planned, options)) : planText(planned, options));
      end(planned, summaryOf(planned, options).changed);
    });
}

/** `attune drift`: of that, what somebody else had changed. */
export function driftCommand(readEnvironment: () => Environment): Command {
  return comparing('drift', "show what was changed by hand since the tenants' files were applied")
    .addHelpText('after', driftHelp)
    .action(async (paths: string[], options: Options) => {
      const planned = await plannedAt(paths, options, readEnvironment);
      print(options.json ? json(planJson(planned.filter(isOfInterest), options)) : driftText(planned));
      end(planned, summaryOf(planned, options).drift);
    });
}

function comparing(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .argument('[paths...]', 'files and folders')
    .option('--json', 'print JSON')
    .addOption(concurrencyOption())
    .addOption(urlOption());
}

async function plannedAt(
  paths: readonly string[],
  options: Options,
  readEnvironment: () => Environment,
): Promise<PlannedTenant[]> {
  const server = connect(readEnvironment(), options);
  return planTenants(server, await readTenantFiles(paths), options);
}

function isOfInterest({ plan }: PlannedTenant): boolean {
  return plan === null || plan.drift.length > 0;
}

function end(planned: readonly PlannedTenant[], found: number): void {
  const errors = errorLines(planned);
  warn(errors);
  process.exitCode = codeOf(errors.length, found);
}

function codeOf(errors: number, found: number): number {
  if (errors > 0) return codes.failed;
  return found > 0 ? codes.changes : codes.nothingToDo;
}
