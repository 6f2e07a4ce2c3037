import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

const root = join(import.meta.dirname, '../..');
const foreignTexts = ['/v1/', 'attune:'];

/** The texts in a source, comments left out, that name a route of the product or a key of another library. */
function findForeignTexts(path: string, source: string): string[] {
  const file = ts.createSourceFile(path, source, ts.ScriptTarget.Latest);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    const isText =
      ts.isStringLiteralLike(node) || ts.isTemplateLiteralToken(node) || ts.isRegularExpressionLiteral(node);
    const text = isText ? node.text.replaceAll('\\', '') : '';
    if (foreignTexts.some((foreign) => text.includes(foreign))) found.push(`${path}: ${node.getText(file)}`);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

describe('libs/http', () => {
  it('names no route of the product and no key of another library', () => {
    const sources = globSync('libs/http/{src,testing}/**/*.ts', { cwd: root });
    expect(sources.length).toBeGreaterThan(20);
    expect(sources.flatMap((path) => findForeignTexts(path, readFileSync(join(root, path), 'utf8')))).toEqual(
      [],
    );
  });

  it.each([
    ["if (route.url === '/v1/documents') return;", "'/v1/documents'"],
    ['const isVersioned = /^\\/v1\\//.test(url);', '/^\\/v1\\//'],
    ['const path = `/v1/${name}`;', '`/v1/${'],
    ["SetMetadata('attune:access', 'public');", "'attune:access'"],
  ])('would be reported for the line %s', (line, text) => {
    expect(findForeignTexts('libs/http/src/broken.ts', line)).toEqual([`libs/http/src/broken.ts: ${text}`]);
  });

  it('may name a route in a comment', () => {
    expect(findForeignTexts('libs/http/src/commented.ts', "/** For '/v1/documents'. */\nexport {};")).toEqual(
      [],
    );
  });
});
