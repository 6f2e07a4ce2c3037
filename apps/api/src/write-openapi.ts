import 'reflect-metadata';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { canonicalJson } from '#kernel';
import { createApplication } from './application.js';
import { buildOpenApiDocument } from './openapi-document.js';

/** Writes docs/openapi.json. It starts the application on an embedded database in a temporary folder. */
async function writeOpenApiDocument(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'attune-openapi-'));
  const app = await createApplication({ DATA_DIR: folder, ATTUNE_DEMO: 'false' });
  await app.init();
  const document = JSON.parse(canonicalJson(buildOpenApiDocument(app))) as unknown;
  writeFileSync('docs/openapi.json', `${JSON.stringify(document, null, 2)}\n`);
  await app.close();
  rmSync(folder, { recursive: true, force: true });
}

await writeOpenApiDocument();
process.exit(0);
