import { isJsonEqual, randomHex } from '#kernel';
import { Command } from 'commander';
import type { CliConfig } from '../cli.config.js';
import { type AttuneClient, ApiError } from '../client/attune-client.js';
import { type ConnectionOptions, connectionHelp, createClient, urlOption } from '../client/create-client.js';
import { type TenantSummary, listTenants } from '../client/list-tenants.js';
import { concurrencyOption, runConcurrently } from '../terminal/run-concurrently.js';
import { pluralize, printErrors, printLine } from '../terminal/output.js';
import { type ListedTenant, readTenantList } from './read-tenant-list.js';

interface Options extends ConnectionOptions {
  readonly dryRun?: boolean;
  readonly concurrency: number;
}

/** What has to be done for a tenant of the file. */
interface Step {
  readonly tenant: ListedTenant;
  readonly action: 'create' | 'change' | 'keep';
  /** The members that differ; empty for a tenant to create or to keep. */
  readonly changes: Readonly<Record<string, unknown>>;
}

interface Outcome {
  readonly tenant_id: string;
  readonly outcome: 'created' | 'changed' | 'waiting' | 'unchanged' | 'failed';
  /** Of a tenant that was created, shown only now. */
  readonly admin_key?: unknown;
  readonly error?: string;
}

const comparedMembers = ['name', 'plan', 'approval_required', 'labels'] as const;

const help = `
The file is a YAML or JSON list, or NDJSON (.ndjson, .jsonl), of at most 10,000 tenants, each as POST /v1/platform/tenants takes
it: tenant_id, name, plan, and if you like approval_required, admin_key_name and labels. A tenant that does not exist is created.
One that exists gets the name, plan, approval and labels of the file; labels that the file does not name are removed where it
names labels at all. Tenants that the file does not list stay as they are.

Standard output has one JSON line for each tenant, with the first admin key of those that were created: store it, it is shown
only once. A run that was interrupted can be repeated: the rest is done. A tenant that was created while the connection broke is then
unchanged and has no key in the output; make one with POST /v1/platform/tenants/{tenant_id}/api-keys.
${connectionHelp}

Examples:
  attune tenants apply tenants.yaml --dry-run
  attune tenants apply tenants.ndjson > created.ndjson

Exit codes: 0 done or nothing to do, 1 a tenant failed, 2 wrong command line or environment.`;

const exportHelp = `
Prints every tenant as one JSON line, as attune tenants apply reads it: tenant_id, name, plan, approval_required and labels.
Its settings are written by attune export.
${connectionHelp}

Example:
  attune tenants export > tenants.ndjson`;

/** `attune tenants`: creates and changes tenants from a file, and writes such a file. */
export function tenantsCommand(readCliConfig: () => CliConfig): Command {
  return new Command('tenants')
    .addCommand(applyCommand(readCliConfig).exitOverride())
    .addCommand(exportCommand(readCliConfig).exitOverride());
}

function applyCommand(readCliConfig: () => CliConfig): Command {
  return new Command('apply')
    .description('create and change tenants as a file lists them')
    .argument('<file>', 'a YAML, JSON or NDJSON file')
    .option('--dry-run', 'print what would be done, and change nothing')
    .addOption(concurrencyOption())
    .addOption(urlOption())
    .addHelpText('after', help)
    .action((file: string, options: Options) =>
      applyFile(createClient(readCliConfig(), options), file, options),
    );
}

function exportCommand(readCliConfig: () => CliConfig): Command {
  return new Command('export')
    .description('print all tenants as a file that apply reads')
    .addOption(urlOption())
    .addHelpText('after', exportHelp)
    .action(async (options: ConnectionOptions) => {
      for (const { tenant_id, name, plan, approval_required, labels } of await listTenants(
        createClient(readCliConfig(), options),
      ))
        printLine(JSON.stringify({ tenant_id, name, plan, approval_required, labels }));
    });
}

async function applyFile(client: AttuneClient, file: string, options: Options): Promise<void> {
  const tenants = await readTenantList(file);
  const existing = new Map((await listTenants(client)).map((tenant) => [tenant.tenant_id, tenant]));
  const steps = tenants.map((tenant) => toStep(tenant, existing.get(tenant.tenant_id)));
  if (options.dryRun === true) return printSteps(steps);
  const outcomes = await runConcurrently(steps, { ...options, what: 'applying' }, async (step) => {
    const outcome = await take(client, step);
    printLine(JSON.stringify(outcome));
    return outcome;
  });
  printSummary(outcomes);
}

function toStep(tenant: ListedTenant, existing: TenantSummary | undefined): Step {
  if (existing === undefined) return { tenant, action: 'create', changes: {} };
  const differing = comparedMembers.filter(
    (member) => tenant[member] !== undefined && !isJsonEqual(tenant[member], existing[member]),
  );
  const changes = Object.fromEntries(differing.map((member) => [member, tenant[member]]));
  if (differing.includes('labels')) changes['labels'] = labelPatch(existing, tenant['labels']);
  return { tenant, action: differing.length === 0 ? 'keep' : 'change', changes };
}

/** PATCH keeps the labels that it does not name, so those that the file does not have are removed by name. */
function labelPatch({ labels }: TenantSummary, wanted: unknown): object {
  const removed = Object.keys(labels).map((name) => [name, null]);
  return { ...Object.fromEntries(removed), ...(wanted as object) };
}

async function take(client: AttuneClient, step: Step): Promise<Outcome> {
  const { tenant_id } = step.tenant;
  try {
    if (step.action === 'keep') return { tenant_id, outcome: 'unchanged' };
    return step.action === 'create' ? await create(client, step.tenant) : await change(client, step);
  } catch (error) {
    if (error instanceof ApiError) return { tenant_id, outcome: 'failed', error: messageOf(error) };
    throw error;
  }
}

/** Every run has keys of its own: the answer of an earlier run may be about a tenant that was deleted since. */
async function create(client: AttuneClient, tenant: ListedTenant): Promise<Outcome> {
  const options = { idempotencyKey: randomHex(16) };
  const { body } = await client.post<{ admin_key: unknown }>('/v1/platform/tenants', tenant, options);
  return { tenant_id: tenant.tenant_id, outcome: 'created', admin_key: body.admin_key };
}

async function change(client: AttuneClient, { tenant: { tenant_id }, changes }: Step): Promise<Outcome> {
  const path = `/v1/platform/tenants/${encodeURIComponent(tenant_id)}`;
  const { status } = await client.patch(path, changes);
  return { tenant_id, outcome: status === 202 ? 'waiting' : 'changed' };
}

function messageOf({ message, problem: { errors = [] } }: ApiError): string {
  return [message, ...errors.map((error) => `${error.field}: ${error.message}`)].join(' ');
}

function printSteps(steps: readonly Step[]): void {
  for (const { tenant, action, changes } of steps)
    printLine(
      JSON.stringify({ tenant_id: tenant.tenant_id, action, ...(action === 'change' ? { changes } : {}) }),
    );
}

function printSummary(outcomes: readonly Outcome[]): void {
  const count = (of: Outcome['outcome']): number => outcomes.filter(({ outcome }) => outcome === of).length;
  printErrors(
    outcomes.flatMap(({ tenant_id, error }) => (error === undefined ? [] : [`${tenant_id}: ${error}`])),
  );
  const parts = (['changed', 'waiting', 'unchanged', 'failed'] as const).map((of) => `${count(of)} ${of}`);
  process.stderr.write(`${pluralize(count('created'), 'tenant')} created, ${parts.join(', ')}.\n`);
  process.exitCode = count('failed') > 0 ? 1 : 0;
}
