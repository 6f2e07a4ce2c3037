import { type ManagedAnswer, pathInFile } from '#config';
import type { ParsedFile } from '../files/parse-file.js';
import { RefusedError, type Server } from '../server/server.js';
import { inParallel } from './in-parallel.js';

/** What applying a file would do, or why that cannot be said. */
export interface PlannedTenant {
  readonly tenant: string;
  readonly file: ParsedFile;
  readonly plan: ManagedAnswer | null;
  readonly errors: readonly string[];
}

/** What of a plan counts as something to do. */
export interface Intent {
  readonly concurrency: number;
  /** Also settings that have the file's value already and are not the file's. */
  readonly takeOver?: boolean;
  /** Nothing has to wait for approval. */
  readonly force?: boolean;
}

/** Asks the server what each file would change; nothing is changed by that. */
export function planTenants(
  server: Server,
  files: readonly ParsedFile[],
  { concurrency }: Pick<Intent, 'concurrency'>,
): Promise<PlannedTenant[]> {
  return inParallel(files, { concurrency, what: 'planning' }, (file) => planTenant(server, file));
}

async function planTenant(server: Server, file: ParsedFile): Promise<PlannedTenant> {
  const { tenantId: tenant } = file.file;
  try {
    const body = { ...requestOf(file), source: file.path.slice(-500), dry_run: true };
    const { body: plan } = await server.put<ManagedAnswer>(managedPath(tenant), body);
    return { tenant, file, plan, errors: [] };
  } catch (error) {
    return { tenant, file, plan: null, errors: errorsOf(error, file) };
  }
}

export function managedPath(tenant: string): string {
  return `/v1/platform/tenants/${tenant}/managed`;
}

export function requestOf({ file }: ParsedFile): { settings: object; exported_version: number | null } {
  return { settings: file.settings, exported_version: file.exportedVersion };
}

/** Whether an apply would send it. */
export function isToDo(
  { plan }: PlannedTenant,
  { takeOver = false, force = false }: Partial<Intent>,
): boolean {
  if (!plan) return false;
  const others = plan.taken_over.length + plan.released.length;
  return plan.diff.length > 0 || (takeOver && others > 0 && (force || !plan.approval_required));
}

/**
 * Why the server refused a file, with the place in the file where it is about a setting.
 *
 * @throws NoServiceError: it holds for every file.
 */
export function errorsOf(error: unknown, file: ParsedFile): string[] {
  if (!(error instanceof RefusedError)) throw error;
  if (error.status === 404)
    return [`there is no tenant ${file.file.tenantId}; create it first, or correct the file`];
  const { errors = [] } = error.problem;
  if (error.status !== 400 || errors.length === 0) return [error.message];
  return errors.map(
    ({ field, message }) => `${file.placeOf(pathInFile(field.replace(/^settings\./, '')))}: ${message}`,
  );
}
