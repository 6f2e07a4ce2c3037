import { isPlainObject } from '#kernel';
import { InvalidFilesError, readTextFile } from '../files/read-text-file.js';
import { type FileError, readYaml } from '../files/read-yaml.js';

/** A tenant as the file describes it: the body of `POST /v1/platform/tenants`, which the server checks. */
export interface ListedTenant extends Readonly<Record<string, unknown>> {
  readonly tenant_id: string;
}

interface Entry {
  readonly place: string;
  readonly value: unknown;
}

/** As the body of `POST /v1/platform/tenants/import`. */
const maxMebibytes = 16;
const maxTenants = 10_000;

/**
 * Reads a list of tenants: a YAML or JSON list, or NDJSON with one tenant a line (`.ndjson`, `.jsonl`).
 *
 * @throws InvalidFilesError with every error and its place
 */
export async function readTenantList(path: string): Promise<ListedTenant[]> {
  const text = await readTextFile(path, maxMebibytes);
  const entries = /\.(?:ndjson|jsonl)$/i.test(path) ? readLines(path, text) : readList(path, text);
  const errors = [...entries.flatMap(findErrors), ...findRepetitions(entries)];
  if (entries.length > maxTenants)
    errors.push({ place: path, message: `The file lists more than ${maxTenants} tenants; split it.` });
  if (errors.length > 0) throw new InvalidFilesError(errors);
  return entries.map(({ value }) => value as ListedTenant);
}

function readLines(path: string, text: string): Entry[] {
  return text.split('\n').flatMap((line, index) => {
    if (line.trim() === '') return [];
    const place = `${path}:${index + 1}:1`;
    try {
      return [{ place, value: JSON.parse(line) as unknown }];
    } catch (error) {
      throw new InvalidFilesError([{ place, message: `The line is no JSON: ${(error as Error).message}.` }]);
    }
  });
}

function readList(path: string, text: string): Entry[] {
  const { content, errors, locate } = readYaml(path, text, 'The file has one list of tenants.');
  if (errors.length > 0) throw new InvalidFilesError(errors);
  if (!Array.isArray(content))
    throw new InvalidFilesError([{ place: locate(''), message: 'The file must be a list of tenants.' }]);
  return content.map((value: unknown, index) => ({ place: locate(String(index)), value }));
}

function findErrors({ place, value }: Entry): FileError[] {
  if (isPlainObject(value) && typeof value['tenant_id'] === 'string') return [];
  return [{ place, message: 'Each tenant must be an object with tenant_id, name and plan.' }];
}

function findRepetitions(entries: readonly Entry[]): FileError[] {
  const known = new Set<unknown>();
  return entries.flatMap(({ place, value }) => {
    const id = isPlainObject(value) ? value['tenant_id'] : undefined;
    if (id === undefined || !known.has(id)) {
      known.add(id);
      return [];
    }
    return [{ place, message: `The file lists the tenant ${String(id)} twice.` }];
  });
}
