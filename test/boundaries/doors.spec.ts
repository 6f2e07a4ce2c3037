import { globSync } from 'node:fs';
import { join, relative } from 'node:path';
import ts from 'typescript';

const root = join(import.meta.dirname, '../..');
const doors = globSync('libs/*/src/index.ts', { cwd: root });
const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile.bind(ts.sys)) as {
  config: object;
};
const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
const program = ts.createProgram(
  doors.map((path) => join(root, path)),
  options,
);
const checker = program.getTypeChecker();

/** Nest calls these by itself, at moments that its documentation describes. */
const lifecycleHooks =
  /^(onModuleInit|onModuleDestroy|onApplicationBootstrap|onApplicationShutdown|beforeApplicationShutdown)$/;

function undocumentedIn(door: string): string[] {
  const file = program.getSourceFile(join(root, door))!;
  const exported = checker.getExportsOfModule(checker.getSymbolAtLocation(file)!);
  return exported.flatMap((symbol) => {
    const original = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
    return (original.declarations ?? []).filter(isOurs).flatMap(undocumentedOf);
  });
}

function isOurs(declaration: ts.Declaration): boolean {
  return !declaration.getSourceFile().fileName.includes('node_modules');
}

function undocumentedOf(declaration: ts.Declaration): string[] {
  const members = ts.isClassDeclaration(declaration) ? declaration.members.filter(isPublicMethod) : [];
  return [declaration, ...members].filter((node) => !isDocumented(node)).map(describeNode);
}

function isPublicMethod(member: ts.ClassElement): boolean {
  if (!ts.isMethodDeclaration(member) || lifecycleHooks.test(member.name.getText())) return false;
  const hidden = ts.ModifierFlags.Private | ts.ModifierFlags.Protected | ts.ModifierFlags.Override;
  return (ts.getCombinedModifierFlags(member) & hidden) === 0 && !ts.isPrivateIdentifier(member.name);
}

function isDocumented(node: ts.Node): boolean {
  const documented = ts.isVariableDeclaration(node) ? node.parent.parent : node;
  return ts.getJSDocCommentsAndTags(documented).some(ts.isJSDoc);
}

function describeNode(node: ts.Node): string {
  const file = node.getSourceFile();
  const { line } = file.getLineAndCharacterOfPosition(node.getStart());
  const { name } = node as ts.NamedDeclaration;
  return `${relative(root, file.fileName)}:${line + 1} ${name?.getText() ?? ''}`;
}

describe('the index.ts of a library', () => {
  it.each(doors)('%s exports nothing without a doc block, public methods of classes included', (door) => {
    expect([...new Set(undocumentedIn(door))]).toEqual([]);
  });
});
