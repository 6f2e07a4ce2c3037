import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TenantFile, toDocument, tenantFileSchema } from '#config';
import { isSettingName } from '#settings';
import { isJsonEqual } from '#kernel';
import { Command } from 'commander';
import { stringify } from 'yaml';
import type { CliConfig } from '../cli.config.js';
import { anonymizeFile } from '../anonymize/anonymize.js';
import { Pseudonyms } from '../anonymize/pseudonyms.js';
import { parseYamlFile } from '../files/parse-tenant-file.js';
import { type ConnectionOptions, createClient, connectionHelp, urlOption } from '../client/create-client.js';
import { ApiError, type AttuneClient } from '../client/attune-client.js';
import { listTenants, configurationPath } from '../client/list-tenants.js';
import { concurrencyOption, runConcurrently } from '../terminal/run-concurrently.js';
import { pluralize, formatJson, usageError, printLine, printErrors } from '../terminal/output.js';

interface Options extends ConnectionOptions {
  readonly out: string;
  readonly tenant?: readonly string[];
  readonly all?: boolean;
  readonly overwrite?: boolean;
  readonly anonymize?: boolean;
  readonly concurrency: number;
}

/** Changes a file before it is written. */
type FileTransform = (file: TenantFile) => TenantFile;

interface StoredConfiguration {
  readonly version: number;
  readonly own: Readonly<Record<string, unknown>>;
}

type WriteResult = 'written' | 'unchanged' | { readonly error: string };

const schemaFile = 'attune-tenant.schema.json';
const header = `# yaml-language-server: $schema=./${schemaFile}\n`;

const help = `
Writes all own settings of a tenant to <tenant>.yaml, without those that it inherits. A file with the same
settings stays as it is; a file with other settings is replaced only with --overwrite.

--anonymize turns production data into fixtures: it replaces ids, domains, logos, colours, prompts and values of variables by
pseudonyms, equal texts by equal pseudonyms within one export and by others in the next. Numbers, models, names of variables
and placeholders stay. The folder must not contain YAML files.
${connectionHelp}

Examples:
  attune export --all --out tenants/
  attune export --tenant acme-law --tenant globex --out tenants/
  attune export --all --anonymize --out fixtures/

Exit codes: 0 done, 1 failed, 2 wrong command line or environment.`;

/** `attune export`: writes files that describe the current settings, so that applying them changes nothing. */
export function exportCommand(readCliConfig: () => CliConfig): Command {
  return new Command('export')
    .requiredOption('--out <folder>', 'the folder to write to')
    .option('--tenant <id...>', 'only these tenants')
    .option('--all', 'every tenant')
    .option('--overwrite', 'replace files that have other settings')
    .option('--anonymize', 'replace everything that identifies the tenants')
    .addOption(concurrencyOption())
    .addOption(urlOption())
    .addHelpText('after', help)
    .action(async (options: Options) => {
      if ((options.all === true) === (options.tenant !== undefined))
        throw usageError('Give either --tenant or --all.');
      const client = createClient(readCliConfig(), options);
      const tenants = options.tenant ?? (await listTenants(client)).map(({ tenant_id: id }) => id);
      await mkdir(options.out, { recursive: true });
      if (options.anonymize === true) await assertNoYamlFiles(options.out);
      await writeFile(join(options.out, schemaFile), `${formatJson(tenantFileSchema())}\n`);
      const pace = { ...options, what: 'exporting' };
      const transform = transformFor(options);
      const results = await runConcurrently(tenants, pace, async (tenant) => {
        const file = await fetchTenantFile(client, tenant);
        return 'error' in file ? file : writeTenantFile(transform(file), options);
      });
      printResults(results, options.out);
    });
}

function transformFor({ anonymize }: Options): FileTransform {
  const pseudonyms = new Pseudonyms();
  return anonymize === true ? (file) => anonymizeFile(file, pseudonyms) : (file) => file;
}

/** Existing files would have other pseudonyms, or real names. */
async function assertNoYamlFiles(folder: string): Promise<void> {
  const existing = (await readdir(folder)).find((name) => /\.ya?ml$/.test(name));
  if (existing !== undefined)
    throw new Error(
      `${join(folder, existing)} is there already; give --anonymize a folder without YAML files.`,
    );
}

async function writeTenantFile(file: TenantFile, { out, overwrite = false }: Options): Promise<WriteResult> {
  const path = join(out, `${file.tenantId}.yaml`);
  const existing = await readFile(path, 'utf8').catch(() => null);
  if (existing !== null && hasSameContent(path, existing, file)) return 'unchanged';
  if (existing !== null && !overwrite)
    return { error: `${path} says something else; give --overwrite to replace it` };
  await writeFile(path, toYaml(file));
  return 'written';
}

async function fetchTenantFile(
  client: AttuneClient,
  tenantId: string,
): Promise<TenantFile | { error: string }> {
  try {
    const { body } = await client.get<StoredConfiguration>(configurationPath(tenantId));
    const own = Object.entries(body.own).filter(([name, value]) => isSettingName(name) && value !== null);
    return { tenantId, settings: Object.fromEntries(own), exportedVersion: body.version };
  } catch (error) {
    if (error instanceof ApiError) return { error: `${tenantId}: ${error.message}` };
    throw error;
  }
}

/** A file with the right settings is not rewritten, so that comments and order stay. */
function hasSameContent(path: string, text: string, { tenantId, settings }: TenantFile): boolean {
  const { file, errors } = parseYamlFile(path, text);
  return errors.length === 0 && file.tenantId === tenantId && isJsonEqual(file.settings, settings);
}

/**
 * Equal settings give equal text: keys are in the order of declaration, lines are not folded. Values that YAML 1.1 reads
 * differently, for example `yes`, are quoted.
 */
function toYaml(file: TenantFile): string {
  return `${header}${stringify(toDocument(file), { lineWidth: 0, compat: 'yaml-1.1' })}`;
}

function printResults(results: readonly WriteResult[], out: string): void {
  const errors = results.flatMap((one) => (typeof one === 'string' ? [] : [one.error]));
  const count = (of: string): number => results.filter((one) => one === of).length;
  printErrors(errors);
  printLine(`${pluralize(count('written'), 'file')} written to ${out}, ${count('unchanged')} as they were.`);
  process.exitCode = errors.length > 0 ? 1 : 0;
}
