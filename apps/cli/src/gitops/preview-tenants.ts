import { type ManagedResponse, pathInFile } from '#config';
import type { ParsedFile } from '../files/parse-tenant-file.js';
import { ApiError, type AttuneClient } from '../client/attune-client.js';
import { runConcurrently } from '../terminal/run-concurrently.js';

/** What applying a file would do, or why the server cannot compute it. */
export interface TenantPreview {
  readonly tenant: string;
  readonly file: ParsedFile;
  readonly preview: ManagedResponse | null;
  readonly errors: readonly string[];
}

/** What of a plan counts as something to do. */
export interface ApplyOptions {
  readonly concurrency: number;
  /** Also settings that already have the file's value but do not belong to it. */
  readonly takeOver?: boolean;
  /** Applies without approval. */
  readonly force?: boolean;
}

/** Asks the server in a dry run what each file would change. */
export function previewTenants(
  client: AttuneClient,
  files: readonly ParsedFile[],
  { concurrency }: Pick<ApplyOptions, 'concurrency'>,
): Promise<TenantPreview[]> {
  return runConcurrently(files, { concurrency, what: 'planning' }, (file) => previewTenant(client, file));
}

async function previewTenant(client: AttuneClient, file: ParsedFile): Promise<TenantPreview> {
  const { tenantId: tenant } = file.file;
  try {
    const body = { ...toManagedRequest(file), source: file.path.slice(-500), dry_run: true };
    const { body: preview } = await client.put<ManagedResponse>(managedPath(tenant), body);
    return { tenant, file, preview, errors: [] };
  } catch (error) {
    return { tenant, file, preview: null, errors: fileErrorsOf(error, file) };
  }
}

export function managedPath(tenant: string): string {
  return `/v1/platform/tenants/${tenant}/managed`;
}

export function toManagedRequest({ file }: ParsedFile): {
  settings: object;
  exported_version: number | null;
} {
  return { settings: file.settings, exported_version: file.exportedVersion };
}

/** True if apply would send the file. */
export function hasPendingChanges(
  { preview }: TenantPreview,
  { takeOver = false, force = false }: Partial<ApplyOptions>,
): boolean {
  if (!preview) return false;
  const others = preview.taken_over.length + preview.released.length;
  return preview.diff.length > 0 || (takeOver && others > 0 && (force || !preview.approval_required));
}

/**
 * The reasons why the server refused a file, with the place in the file if one setting is the cause.
 *
 * @throws ConnectionError, which concerns every file.
 */
export function fileErrorsOf(error: unknown, file: ParsedFile): string[] {
  if (!(error instanceof ApiError)) throw error;
  if (error.status === 404)
    return [`there is no tenant ${file.file.tenantId}; create it first, or correct the file`];
  const { errors = [] } = error.problem;
  if (error.status !== 400 || errors.length === 0) return [error.message];
  return errors.map(
    ({ field, message }) => `${file.locate(pathInFile(field.replace(/^settings\./, '')))}: ${message}`,
  );
}
