import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const root = join(import.meta.dirname, '../..');

it('The client’s types of the API are those of docs/openapi.json; otherwise run: npm run sdk:types', async () => {
  const program = join(root, 'node_modules/openapi-typescript/bin/cli.js');
  const options = { cwd: root, maxBuffer: 2 ** 24 };
  const { stdout } = await promisify(execFile)(process.execPath, [program, 'docs/openapi.json'], options);
  expect(readFileSync(join(root, 'libs/sdk/src/api/openapi.ts'), 'utf8')).toBe(stdout);
}, 60_000);
