import type { ManagedAnswer } from '#config';
import type { Environment } from '#kernel';
import { Command } from 'commander';
import { readTenantFiles } from '../files/tenant-files.js';
import { type ConnectionOptions, connect, connectionHelp, urlOption } from '../server/connect.js';
import { NoServiceError, type Server } from '../server/server.js';
import { isAgreed } from './confirm.js';
import { concurrencyOption, inParallel } from './in-parallel.js';
import { counted, json, misuse, print } from './output.js';
import {
  type Intent,
  type PlannedTenant,
  errorsOf,
  isToDo,
  managedPath,
  planTenants,
  requestOf,
} from './plan-tenants.js';
import { planText } from './show-plan.js';

const longestReason = 500;

interface Options extends ConnectionOptions, Intent {
  readonly yes?: boolean;
  readonly force?: boolean;
  readonly reason?: string;
  readonly source?: string;
  readonly json?: boolean;
}

/** What became of one tenant's file. */
interface Outcome {
  readonly tenant: string;
  readonly file: string;
  readonly outcome: 'applied' | 'waiting' | 'failed';
  readonly version: number | null;
  /** The change request that waits for approval. */
  readonly change_request: string | null;
  readonly errors: readonly string[];
}

const help = `
Plans first, shows the plan and asks. A tenant that fails does not stop the others. It can be run again at any time: what is
applied already has nothing to do, and no tenant is changed that moved on since the plan.
${connectionHelp}

Examples:
  attune apply tenants/
  attune apply tenants/ --yes --source "$(git rev-parse --short HEAD)"
  attune apply tenants/acme-law.yaml --yes --force --reason "incident 4711"

Exit codes: 0 applied or nothing to do, 1 a tenant failed, 2 wrong command line or environment.`;

/** `attune apply`: makes the tenants' settings what their files say. */
export function applyCommand(readEnvironment: () => Environment): Command {
  return new Command('apply')
    .description("make the tenants' settings what their files say")
    .argument('[paths...]', 'files, and folders with all below them; the current folder when left out')
    .option('--yes', 'do not ask')
    .option(
      '--force',
      'also where a tenant turned override_allowed off, and without waiting for approval; needs --reason',
    )
    .option('--reason <text>', 'why; the history shows it')
    .option(
      '--source <text>',
      'where the files come from, a commit for instance; the history shows it before the path',
    )
    .option('--take-over', 'also make the files the owners of settings that have their value already')
    .option('--json', 'print the outcomes as JSON; needs --yes')
    .addOption(concurrencyOption())
    .addOption(urlOption())
    .addHelpText('after', help)
    .action(async (paths: string[], options: Options) => {
      const wrong = misuseIn(options);
      if (wrong !== null) throw misuse(wrong);
      const server = connect(readEnvironment(), options);
      const planned = await planTenants(server, await readTenantFiles(paths), options);
      if (!options.json) print(planText(planned, options));
      const toDo = planned.filter((one) => isToDo(one, options));
      const isWanted =
        toDo.length === 0 ||
        options.yes === true ||
        (await isAgreed(`Apply this to ${counted(toDo.length, 'tenant')}?`));
      if (!isWanted) print('Nothing was applied.');
      const outcomes = isWanted
        ? await inParallel(toDo, { ...options, what: 'applying' }, (one) => applyOne(server, one, options))
        : [];
      report(
        [...planned.filter(({ plan }) => plan === null).map(failedYet), ...outcomes],
        options.json === true,
      );
    });
}

/** What the command line asks for and cannot be; null when it is fine. */
function misuseIn({ yes, force, reason = '', json: isJson }: Options): string | null {
  const canAsk = process.stdin.isTTY;
  if (force === true && reason.trim() === '') return '--force needs --reason: the history shows why.';
  if (Array.from(reason).length > longestReason)
    return `--reason may be at most ${longestReason} characters long.`;
  if (yes === true) return null;
  if (isJson === true) return '--json needs --yes: there is nobody to ask.';
  return canAsk ? null : 'There is no terminal to ask on; give --yes to apply without being asked.';
}

async function applyOne(server: Server, one: PlannedTenant, options: Options): Promise<Outcome> {
  const { tenant, file } = one;
  try {
    const { body } = await server.put<ManagedAnswer | { id: string }>(
      managedPath(tenant),
      bodyOf(one, options),
    );
    const end = 'id' in body ? waitingFor(body.id) : { outcome: 'applied' as const, version: body.version };
    return { ...failedYet(one), ...end };
  } catch (error) {
    const errors = error instanceof NoServiceError ? [error.message] : errorsOf(error, file);
    return { ...failedYet(one), errors };
  }
}

function bodyOf({ file, plan }: PlannedTenant, { force = false, reason, source }: Options): object {
  const origin = source === undefined ? file.path : `${source}:${file.path}`;
  return {
    ...requestOf(file),
    source: origin.slice(-500),
    base_version: plan!.version,
    force,
    reason: reason ?? null,
  };
}

function waitingFor(request: string): Pick<Outcome, 'outcome' | 'change_request'> {
  return { outcome: 'waiting', change_request: request };
}

/** Until it is known to have gone well, it has not. */
function failedYet({ tenant, file, errors }: PlannedTenant): Outcome {
  return { tenant, file: file.path, outcome: 'failed', version: null, change_request: null, errors };
}

function report(outcomes: readonly Outcome[], isJson: boolean): void {
  const count = (of: Outcome['outcome']): number => outcomes.filter(({ outcome }) => outcome === of).length;
  const summary = { applied: count('applied'), waiting: count('waiting'), failed: count('failed') };
  const { applied, waiting, failed } = summary;
  const waitingText = waiting === 0 ? '' : `, ${waiting} waiting for approval`;
  const end = `${counted(applied, 'tenant')} applied${waitingText}, ${failed} failed.`;
  if (isJson) print(json({ tenants: outcomes, summary }));
  else if (outcomes.length > 0) print([...outcomes.map(lineOf), end].join('\n'));
  process.exitCode = failed > 0 ? 1 : 0;
}

function lineOf({ tenant, outcome, version, change_request: request, errors }: Outcome): string {
  const detail = {
    applied: `version ${version}`,
    waiting: `change request ${request}`,
    failed: errors.join('; '),
  };
  return `${outcome.padEnd(8)} ${tenant}  ${detail[outcome]}`;
}
