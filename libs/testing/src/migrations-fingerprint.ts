import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from './project-root.js';

const migrationsFolder = join(projectRoot, 'migrations');

/** 16 hex digits that change with the text of any migration: the name of what was made from them. */
export function migrationsFingerprint(): string {
  const files = readdirSync(migrationsFolder).filter((file) => file.endsWith('.sql'));
  const hash = createHash('sha256');
  for (const file of files.toSorted()) hash.update(file).update(readFileSync(join(migrationsFolder, file)));
  return hash.digest('hex').slice(0, 16);
}
