import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InvalidFilesError } from './read-text-file.js';
import { readTenantFiles } from './read-tenant-files.js';

describe('readTenantFiles', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'attune-files-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  async function write(path: string, text: string): Promise<string> {
    const full = join(folder, path);
    await mkdir(join(full, '..'), { recursive: true });
    await writeFile(full, text);
    return full;
  }

  it('finds the files in folders, each once, in alphabetical order', async () => {
    const paths = [await write('a/globex.yml', 'tenant: globex'), await write('acme.yaml', 'tenant: acme')];
    await write('notes.md', 'tenant: notes');
    await write('.git/config.yaml', 'tenant: hidden');
    await write('node_modules/some.yaml', 'tenant: package');
    const files = await readTenantFiles([folder, paths[1]!]);
    expect(files.map(({ path }) => path)).toEqual(paths);
  });

  it('reports every error of all files at once', async () => {
    const first = await write('1.yaml', 'tenant: acme\nmodel: {temperature: 9}');
    const second = await write('2.yaml', 'tenant: acme');
    const refused: unknown = await readTenantFiles([folder]).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(InvalidFilesError);
    expect((refused as Error).message.split('\n')).toEqual([
      `${first}:2:22: model.temperature must be at most 2.`,
      `${second}:1:9: acme has a file already: ${first}:1:9.`,
    ]);
  });

  it('says of a wrong folder a hundred errors and how many more there are', async () => {
    await write('values.yaml', Array.from({ length: 140 }, (_, index) => `key${index}: 1`).join('\n'));
    const refused: unknown = await readTenantFiles([folder]).catch((error: unknown) => error);
    const lines = (refused as Error).message.split('\n');
    expect(lines).toHaveLength(101);
    expect(lines.at(-1)).toBe('… and 41 more errors. Are these the right files?');
  });

  it('refuses a file that is not text', async () => {
    const path = join(folder, 'latin.yaml');
    await writeFile(path, Buffer.from('tenant: acme # f\xfcr', 'latin1'));
    await expect(readTenantFiles([path])).rejects.toThrow(`${path}:1:1: The file is not in UTF-8.`);
    await writeFile(path, `tenant: acme # ${'x'.repeat(1024 * 1024)}`);
    await expect(readTenantFiles([path])).rejects.toThrow(`${path}:1:1: The file is larger than 1 MiB.`);
  });

  it('refuses a path that does not exist', async () => {
    await expect(readTenantFiles([folder])).rejects.toThrow(/There are no \.yaml or \.yml files/);
    await expect(readTenantFiles([join(folder, 'nowhere')])).rejects.toThrow(/nowhere does not exist/);
  });
});
