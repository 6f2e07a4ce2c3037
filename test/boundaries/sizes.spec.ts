import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import ts from 'typescript';

const root = join(import.meta.dirname, '../..');
const sources = globSync('{apps,libs,bench,test}/**/*.ts', {
  cwd: root,
  exclude: (path) => path.endsWith('node_modules'),
});
const maxFiles = 12;
const maxParameters = 4;

/** The linter counts a function's parameters too, but cannot allow a constructor one more. */
function functionsWithTooManyParameters(path: string): string[] {
  const file = ts.createSourceFile(path, readFileSync(join(root, path), 'utf8'), ts.ScriptTarget.Latest);
  const violations: string[] = [];
  const visit = (node: ts.Node): void => {
    if (
      ts.isFunctionLike(node) &&
      !ts.isConstructorDeclaration(node) &&
      node.parameters.length > maxParameters
    ) {
      const { line } = file.getLineAndCharacterOfPosition(node.pos);
      violations.push(`${path}:${line + 1} has ${node.parameters.length} parameters`);
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return violations;
}

describe('sizes', () => {
  it('keeps a folder to twelve sources, their tests not counted', () => {
    const files = sources.filter((path) => !path.endsWith('spec.ts'));
    const folders = Map.groupBy(files, dirname);
    expect([...folders].filter(([, inside]) => inside.length > maxFiles).map(([folder]) => folder)).toEqual(
      [],
    );
    expect(folders.size).toBeGreaterThan(0);
  });

  it('keeps a function to four parameters, and a constructor to five', () => {
    expect(sources.flatMap(functionsWithTooManyParameters)).toEqual([]);
  });
});
