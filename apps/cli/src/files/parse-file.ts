import { type TenantFile, readTenantFile } from '#config';
import { type FileFault, readYaml } from './yaml-text.js';

export interface ParsedFile {
  readonly path: string;
  readonly file: TenantFile;
  readonly faults: readonly FileFault[];
  /** Where the file names this, or what it is part of: `model.temperature`. */
  placeOf(path: string): string;
}

const nothing: TenantFile = { tenantId: '', settings: {}, exportedVersion: null };
const second = 'A file holds one tenant; move the others into files of their own.';

/** Reads a tenant's file, with every fault that can be found offline. */
export function parseFile(path: string, text: string): ParsedFile {
  const { content, faults: broken, placeOf } = readYaml(path, text, second);
  if (broken.length > 0) return { path, file: nothing, faults: broken, placeOf };
  const { file, faults } = readTenantFile(content);
  const shown = faults.map(({ field, rule, message }) => ({
    place: placeOf(field, rule === 'unknown_field'),
    message,
  }));
  return { path, file, faults: shown, placeOf };
}
