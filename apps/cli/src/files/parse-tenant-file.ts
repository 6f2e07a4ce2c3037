import { type TenantFile, parseTenantFile } from '#config';
import { type FileError, readYaml } from './read-yaml.js';

export interface ParsedFile {
  readonly path: string;
  readonly file: TenantFile;
  readonly errors: readonly FileError[];
  /** Returns the place of a path, or of the nearest parent that the file has: `model.temperature`. */
  locate(path: string): string;
}

const emptyFile: TenantFile = { tenantId: '', settings: {}, exportedVersion: null };
const secondDocumentMessage = 'A file holds one tenant; move the others into files of their own.';

/** Parses a tenant's file and reports every error that can be found offline. */
export function parseYamlFile(path: string, text: string): ParsedFile {
  const { content, errors: yamlErrors, locate } = readYaml(path, text, secondDocumentMessage);
  if (yamlErrors.length > 0) return { path, file: emptyFile, errors: yamlErrors, locate };
  const { file, errors: fieldErrors } = parseTenantFile(content);
  const fileErrors = fieldErrors.map(({ field, rule, message }) => ({
    place: locate(field, rule === 'unknown_field'),
    message,
  }));
  return { path, file, errors: fileErrors, locate };
}
