import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');
const testCode = /\.(int-|e2e-)?spec\.ts$|\/testing\//;
/** Where the product may hold statements. */
const storage = /\.(repository|store)\.ts$|^libs\/database\//;
/** A statement on a `Database`, or its EntityManager, also where the call begins on the next line. */
const statement = /\bdatabase\s*\.\s*(query|manager)\b/i;

/** The files of the product, by path from the root, with their text. */
function readProduct(): Record<string, string> {
  const files = ['apps', 'libs'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((name) => `${folder}/${name}`),
  );
  const sources = files.filter((file) => file.endsWith('.ts') && !testCode.test(file));
  return Object.fromEntries(sources.map((file) => [file, readFileSync(join(root, file), 'utf8')]));
}

function withoutComments(source: string): string {
  return source.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/\/\/.*/g, '');
}

function findMisplacedStatements(files: Readonly<Record<string, string>>): string[] {
  return Object.entries(files)
    .filter(([file, source]) => !storage.test(file) && statement.test(withoutComments(source)))
    .map(([file]) => file);
}

describe('the rule for statements', () => {
  it('finds every statement of the product in a repository, a store or libs/database', () => {
    const product = readProduct();
    expect(Object.keys(product).length).toBeGreaterThan(300);
    expect(findMisplacedStatements(product)).toEqual([]);
  });

  it.each([
    ['libs/config/src/read/history.service.ts', `await this.database.query<Row>('SELECT 1');`],
    ['libs/rag/src/documents/documents.controller.ts', `this.database\n      .query('SELECT 1')`],
    ['apps/cli/src/run.ts', `database.manager.find(PlanEntity)`],
  ])('reports a statement in %s', (file, source) => {
    expect(findMisplacedStatements({ [file]: source })).toEqual([file]);
  });

  it.each([
    ['libs/config/src/storage/history.repository.ts', `this.database.query('SELECT 1')`],
    ['libs/rag/src/retrieval/postgres.store.ts', `this.database.query('SELECT 1')`],
    ['libs/database/src/database-change-feed.ts', `this.database.query('SELECT 1')`],
    [
      'libs/config/src/read/history.service.ts',
      `/** As \`database.query\`. */ this.database.readAsTenant(id, work)`,
    ],
    ['libs/rag/src/retrieval/pinecone/pinecone-index.ts', `this.query(namespace, vector)`],
  ])('accepts %s', (file, source) => {
    expect(findMisplacedStatements({ [file]: source })).toEqual([]);
  });
});
