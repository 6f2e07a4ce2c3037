import type { ManagedResponse } from '#config';
import { Command } from 'commander';
import type { CliConfig } from '../cli.config.js';
import { readTenantFiles } from '../files/read-tenant-files.js';
import { type ConnectionOptions, createClient, connectionHelp, urlOption } from '../client/create-client.js';
import { ConnectionError, type AttuneClient } from '../client/attune-client.js';
import { concurrencyOption, runConcurrently } from '../terminal/run-concurrently.js';
import { confirm, pluralize, formatJson, usageError, printLine } from '../terminal/output.js';
import {
  type ApplyOptions,
  type TenantPreview,
  fileErrorsOf,
  hasPendingChanges,
  managedPath,
  previewTenants,
  toManagedRequest,
} from './preview-tenants.js';
import { previewText } from './format-preview.js';

const maxReasonLength = 500;

interface Options extends ConnectionOptions, ApplyOptions {
  readonly yes?: boolean;
  readonly force?: boolean;
  readonly reason?: string;
  readonly source?: string;
  readonly json?: boolean;
}

/** The outcome of applying one tenant's file. */
interface ApplyOutcome {
  readonly tenant: string;
  readonly file: string;
  readonly outcome: 'applied' | 'waiting' | 'failed';
  readonly version: number | null;
  /** The change request that waits for approval. */
  readonly change_request: string | null;
  readonly errors: readonly string[];
}

const help = `
Makes a plan, prints it and asks for confirmation. A tenant that fails does not stop the others. You can run it again at any
time: applied files have nothing to do, and a tenant that changed since the plan is not changed.
${connectionHelp}

Examples:
  attune apply tenants/
  attune apply tenants/ --yes --source "$(git rev-parse --short HEAD)"
  attune apply tenants/acme-law.yaml --yes --force --reason "incident 4711"

Exit codes: 0 applied or nothing to do, 1 a tenant failed, 2 wrong command line or environment.`;

/** `attune apply`: sets the tenants' settings as their files say. */
export function applyCommand(readCliConfig: () => CliConfig): Command {
  return new Command('apply')
    .argument('[paths...]', 'files, and folders with all files below them (default: the current folder)')
    .option('--yes', 'do not ask for confirmation')
    .option('--force', 'also change tenants with override_allowed off, and without approval; needs --reason')
    .option('--reason <text>', 'the reason, shown in the history')
    .option(
      '--source <text>',
      'the origin of the files, for example a commit; the history shows it before the path',
    )
    .option('--take-over', 'let the files also own settings that already have their value')
    .option('--json', 'print the outcomes as JSON; needs --yes')
    .addOption(concurrencyOption())
    .addOption(urlOption())
    .addHelpText('after', help)
    .action(async (paths: string[], options: Options) => {
      const problem = usageErrorIn(options);
      if (problem !== null) throw usageError(problem);
      const client = createClient(readCliConfig(), options);
      const previews = await previewTenants(client, await readTenantFiles(paths), options);
      if (!options.json) printLine(previewText(previews, options));
      const pending = previews.filter((one) => hasPendingChanges(one, options));
      const isConfirmed =
        pending.length === 0 ||
        options.yes === true ||
        (await confirm(`Apply this to ${pluralize(pending.length, 'tenant')}?`));
      if (!isConfirmed) printLine('Nothing was applied.');
      const apply = (one: (typeof pending)[number]) => applyFile(client, one, options);
      const progress = { ...options, what: 'applying' };
      const outcomes = isConfirmed ? await runConcurrently(pending, progress, apply) : [];
      printOutcomes(
        [...previews.filter(({ preview }) => preview === null).map(failedOutcome), ...outcomes],
        options.json === true,
      );
    });
}

/** Why the command line is wrong, or null. */
function usageErrorIn({ yes, force, reason = '', json: isJson }: Options): string | null {
  const canAsk = process.stdin.isTTY;
  if (force === true && reason.trim() === '') return '--force needs --reason: the history shows why.';
  if (Array.from(reason).length > maxReasonLength)
    return `--reason may be at most ${maxReasonLength} characters long.`;
  if (yes === true) return null;
  if (isJson === true) return '--json needs --yes, because it cannot ask for confirmation.';
  return canAsk ? null : 'There is no terminal for the confirmation; give --yes to apply without it.';
}

async function applyFile(
  client: AttuneClient,
  preview: TenantPreview,
  options: Options,
): Promise<ApplyOutcome> {
  const { tenant, file } = preview;
  try {
    const { body } = await client.put<ManagedResponse | { id: string }>(
      managedPath(tenant),
      toRequestBody(preview, options),
    );
    const end =
      'id' in body ? waitingOutcome(body.id) : { outcome: 'applied' as const, version: body.version };
    return { ...failedOutcome(preview), ...end };
  } catch (error) {
    const errors = error instanceof ConnectionError ? [error.message] : fileErrorsOf(error, file);
    return { ...failedOutcome(preview), errors };
  }
}

function toRequestBody({ file, preview }: TenantPreview, { force = false, reason, source }: Options): object {
  const origin = source === undefined ? file.path : `${source}:${file.path}`;
  return {
    ...toManagedRequest(file),
    source: origin.slice(-500),
    base_version: preview!.version,
    force,
    reason: reason ?? null,
  };
}

function waitingOutcome(request: string): Pick<ApplyOutcome, 'outcome' | 'change_request'> {
  return { outcome: 'waiting', change_request: request };
}

/** The outcome until the server confirms the change. */
function failedOutcome({ tenant, file, errors }: TenantPreview): ApplyOutcome {
  return { tenant, file: file.path, outcome: 'failed', version: null, change_request: null, errors };
}

function printOutcomes(outcomes: readonly ApplyOutcome[], isJson: boolean): void {
  const count = (of: ApplyOutcome['outcome']): number =>
    outcomes.filter(({ outcome }) => outcome === of).length;
  const summary = { applied: count('applied'), waiting: count('waiting'), failed: count('failed') };
  const { applied, waiting, failed } = summary;
  const waitingText = waiting === 0 ? '' : `, ${waiting} waiting for approval`;
  const end = `${pluralize(applied, 'tenant')} applied${waitingText}, ${failed} failed.`;
  if (isJson) printLine(formatJson({ tenants: outcomes, summary }));
  else if (outcomes.length > 0) printLine([...outcomes.map(outcomeLine), end].join('\n'));
  process.exitCode = failed > 0 ? 1 : 0;
}

function outcomeLine({ tenant, outcome, version, change_request: request, errors }: ApplyOutcome): string {
  const detail = {
    applied: `version ${version}`,
    waiting: `change request ${request}`,
    failed: errors.join('; '),
  };
  return `${outcome.padEnd(8)} ${tenant}  ${detail[outcome]}`;
}
