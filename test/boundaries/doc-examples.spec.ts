/**
 * Compiles the ```ts blocks of the libraries' doc comments, so that an example cannot call what is not there any more.
 *
 * Every export of every library, and of the file that holds the comment, is in scope in a block. A name that the block does not
 * declare is an instance of the exported class of that name (`database` is a `Database`, see `instances`); any other is `any`.
 */
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import ts from 'typescript';

interface Example {
  /** The file of the comment, from the root of the project. */
  readonly source: string;
  readonly line: number;
  readonly code: string;
}

const root = join(import.meta.dirname, '../..');
const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), (path) => readFileSync(path, 'utf8')) as {
  config: object;
};
const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root);

/** Instances whose name in examples is shorter than their class. */
const instances: Readonly<Record<string, string>> = {
  cache: 'CoherentCache',
  keys: 'KeysService',
  metering: 'MeteringService',
  observer: 'RolloutObserver',
  queue: 'JobQueue',
  reader: 'ConfigReader',
  tenants: 'TenantsService',
  trial: 'ConfigurationTrial',
};

const sources = globSync('libs/*/src/**/*.ts', { cwd: root }).filter((path) => !path.endsWith('spec.ts'));
const examples = sources.flatMap(findExamples);

function findExamples(source: string): Example[] {
  const text = readFileSync(join(root, source), 'utf8');
  return [...text.matchAll(/^ *\* ```ts\n([\s\S]*?)^ *\* ```$/gm)].map((match) => ({
    source,
    line: text.slice(0, match.index).split('\n').length,
    code: match[1]!.replaceAll(/^ *\* ?/gm, ''),
  }));
}

/** A file next to the documented one, with the example in a function that may await. */
function toProgramText({ source, code }: Example): string {
  const own = `./${source.split('/').at(-1)!.replace(/\.ts$/, '.js')}`;
  const seen = new Set<string>();
  const imports = [own, ...librariesOf(source)].map((from) => {
    const names = exportedNames(from, source).filter((name) => !seen.has(name) && isMeant(name, code));
    names.forEach((name) => seen.add(name));
    return `import { ${names.join(', ')} } from '${from}';`;
  });
  const nest = nestNames.filter((name) => !seen.has(name) && new RegExp(`\\b${name}\\b`).test(code));
  imports.push(`import { ${nest.join(', ')} } from '@nestjs/common';`);
  const declared = undeclaredNames(code)
    .filter((name) => !seen.has(name))
    .map((name) => `declare const ${name}: ${typeOf(name, seen)};`);
  return [...imports, ...declared, `async () => {\n${code}\n};`, 'export {};'].join('\n');
}

function isMeant(name: string, code: string): boolean {
  const instance = Object.keys(instances).find((each) => instances[each] === name);
  return new RegExp(`\\b(${name}|${name[0]!.toLowerCase()}${name.slice(1)}|${instance ?? name})\\b`).test(
    code,
  );
}

function typeOf(name: string, imported: ReadonlySet<string>): string {
  const type = instances[name] ?? `${name[0]!.toUpperCase()}${name.slice(1)}`;
  return imported.has(type) ? type : 'any';
}

/** What examples of decorators and modules use. */
const nestNames = ['Body', 'Controller', 'Get', 'Injectable', 'Logger', 'Module', 'Post'];

const libraries = globSync('libs/*/src/index.ts', { cwd: root })
  .map((path) => `#${path.split('/')[1]}`)
  .filter((name) => name !== '#sdk');

/** `libs/sdk` is a package of its own, which knows no other library and is used by none. */
function librariesOf(source: string): readonly string[] {
  if (!source.startsWith('libs/sdk/')) return libraries;
  return [relative(dirname(source), 'libs/sdk/src/index.js').replace(/^(?!\.)/, './')];
}

const library = ts.createProgram(
  globSync('libs/*/src/index.ts', { cwd: root }).map((path) => join(root, path)),
  { ...options, verbatimModuleSyntax: false },
);

function exportedNames(from: string, source: string): string[] {
  const path = from.startsWith('#')
    ? `libs/${from.slice(1)}/src/index.ts`
    : join(source, '..', from.replace(/\.js$/, '.ts'));
  const file = library.getSourceFile(join(root, path));
  const symbol = file && library.getTypeChecker().getSymbolAtLocation(file);
  return symbol
    ? library
        .getTypeChecker()
        .getExportsOfModule(symbol)
        .map(({ name }) => name)
    : [];
}

/** The lower-case names that the code uses and does not declare. */
function undeclaredNames(code: string): string[] {
  const file = ts.createSourceFile('example.ts', `async () => {${code}}`, ts.ScriptTarget.Latest, true);
  const [used, declared] = [new Set<string>(), new Set<string>(['undefined', 'process', 'console', 'const'])];
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node)) (isDeclaration(node) ? declared : used).add(isName(node) ? node.text : '');
    ts.forEachChild(node, visit);
  };
  visit(file);
  return [...used].filter((name) => /^[a-z]/.test(name) && !declared.has(name));
}

function isDeclaration({ parent, ...node }: ts.Identifier): boolean {
  const declares = ts.isVariableDeclaration(parent) || ts.isParameter(parent) || ts.isBindingElement(parent);
  return declares && parent.name.pos === node.pos;
}

/** Not the name of a member. */
function isName(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return parent.name !== node;
  return !ts.isPropertyAssignment(parent) || parent.name !== node;
}

function errorsIn(examplesToCheck: readonly Example[]): string[] {
  const texts = new Map(
    examplesToCheck.map((example, index) => [
      join(root, example.source, '..', `doc-example-${index}.ts`),
      toProgramText(example),
    ]),
  );
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists } = host;
  host.fileExists = (path) => texts.has(path) || fileExists(path);
  host.getSourceFile = (path, ...rest) => {
    const text = texts.get(path);
    return text === undefined
      ? (library.getSourceFile(path) ?? getSourceFile(path, ...rest))
      : ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  };
  const compileOptions = { ...options, verbatimModuleSyntax: false, noImplicitAny: false };
  const program = ts.createProgram([...texts.keys()], compileOptions, host);
  return [...texts.keys()].flatMap((path, index) => {
    const { source, line } = examplesToCheck[index]!;
    const file = program.getSourceFile(path)!;
    const diagnostics = [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)];
    return diagnostics.map(
      ({ messageText }) => `${source}:${line}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`,
    );
  });
}

describe('the examples in doc comments', () => {
  it('finds no example that does not compile', () => {
    expect(examples.length).toBeGreaterThan(10);
    expect(errorsIn(examples)).toEqual([]);
  });

  it('refuses an example that calls a method that does not exist', () => {
    const rotten = {
      source: 'libs/database/src/database.ts',
      line: 1,
      code: 'await database.askEverybody();',
    };
    expect(errorsIn([rotten])).toEqual([
      "libs/database/src/database.ts:1: Property 'askEverybody' does not exist on type 'Database'.",
    ]);
  });
});
