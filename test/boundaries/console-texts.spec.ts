import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

const root = join(import.meta.dirname, '../..');
const sources = globSync('apps/console/src/**/*.{ts,tsx}', { cwd: root }).filter(
  (path) => !/\.(texts|spec)\.ts$/.test(path),
);

/** Attributes that a person reads. */
const textAttributes = new Set(
  (
    'about act action alt aria-label caption description done empty error fault hint label message more ' +
    'nothingFoundMessage placeholder reason title'
  ).split(' '),
);
/** Members of objects that a person reads: of a notice, a column, a choice or a line of the palette. */
const textMembers = new Set(
  'about aria-label description detail fault group hint label message refusal title'.split(' '),
);
/** What is inside these is code, or a key of the keyboard. */
const codeElements = new Set(['Code', 'Kbd', 'code', 'kbd']);
/** The name of the product is the same in every language, and so is an address. */
const sameInEveryLanguage = /^(Attune|https?:\/\/\S*)$/;

/** The literals of a source that a person reads, as `path:line "text"`. They belong into a catalogue, `*.texts.ts`. */
function findTexts(path: string, source: string): string[] {
  const file = ts.createSourceFile(path, source, ts.ScriptTarget.Latest, true);
  const found: string[] = [];
  const report = (node: ts.Node, text: string): void => {
    if (!/\p{L}/u.test(text) || sameInEveryLanguage.test(text)) return;
    const { line } = file.getLineAndCharacterOfPosition(node.getStart(file) + leadingSpace(node, file));
    found.push(`${path}:${line + 1} "${text}"`);
  };
  const visit = (node: ts.Node): void => {
    if (isCode(node)) return;
    if (ts.isJsxText(node)) report(node, node.text.replaceAll(/&\w+;/g, ' ').trim().replaceAll(/\s+/g, ' '));
    for (const literal of literalsOf(readExpression(node))) report(literal, textOf(literal));
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

type Literal = ts.StringLiteral | ts.NoSubstitutionTemplateLiteral | ts.TemplateExpression;

/** A text of JSX begins with the line break before it. */
function leadingSpace(node: ts.Node, file: ts.SourceFile): number {
  return /^\s*/.exec(node.getText(file))![0].length;
}

function isCode(node: ts.Node): boolean {
  return ts.isJsxElement(node) && codeElements.has(node.openingElement.tagName.getText());
}

/** The expression of a node that a person reads: of a child of an element, of an attribute, or of a member of an object. */
function readExpression(node: ts.Node): ts.Expression | undefined {
  if (ts.isJsxAttribute(node) && textAttributes.has(node.name.getText()))
    return node.initializer as ts.Expression;
  if (ts.isPropertyAssignment(node) && textMembers.has(node.name.getText().replaceAll("'", '')))
    return node.initializer;
  return ts.isJsxExpression(node) && !ts.isJsxAttribute(node.parent) ? node.expression : undefined;
}

/** The literals that an expression can become, through its branches. */
function literalsOf(node: ts.Node | undefined): Literal[] {
  if (node === undefined) return [];
  if (ts.isStringLiteralLike(node) || ts.isTemplateExpression(node)) return [node];
  if (ts.isConditionalExpression(node)) return [node.whenTrue, node.whenFalse].flatMap(literalsOf);
  if (ts.isBinaryExpression(node)) return operandsOf(node).flatMap(literalsOf);
  return isWrapper(node) ? literalsOf(node.expression) : [];
}

function isWrapper(node: ts.Node): node is ts.JsxExpression | ts.ParenthesizedExpression | ts.AsExpression {
  return ts.isJsxExpression(node) || ts.isParenthesizedExpression(node) || ts.isAsExpression(node);
}

/** A comparison has operands, too, but its value is none of them. */
function operandsOf({ left, operatorToken, right }: ts.BinaryExpression): ts.Expression[] {
  if (operatorToken.kind === ts.SyntaxKind.AmpersandAmpersandToken) return [right];
  const isEither = ['||', '??', '+'].includes(operatorToken.getText());
  return isEither ? [left, right] : [];
}

function textOf(literal: Literal): string {
  if (!ts.isTemplateExpression(literal)) return literal.text.trim();
  return [literal.head.text, ...literal.templateSpans.map((span) => span.literal.text)].join('…').trim();
}

describe('the texts of the console', () => {
  it('its sources have none but in the catalogues', () => {
    expect(sources.length).toBeGreaterThan(250);
    expect(sources.flatMap((path) => findTexts(path, readFileSync(join(root, path), 'utf8')))).toEqual([]);
  });

  it.each([
    ['a text between tags', '<p>\n  Save it\n</p>', ':2 "Save it"'],
    ['a part of a sentence', '<p>{count} of them</p>', ':1 "of them"'],
    ['an attribute', '<Field label="Name" />', ':1 "Name"'],
    ['an attribute in braces', "<Field label={'Name'} />", ':1 "Name"'],
    ['a template', '<Field title={`Delete ${id}`} />', ':1 "Delete …"'],
    ['a branch', "<b>{isOn ? texts.on : 'off'}</b>", ':1 "off"'],
    ['a fallback', "<Field error={isBad && (fault ?? 'It is wrong.')} />", ':1 "It is wrong."'],
    ['a member of an object', "notifyDone({ message: 'It is saved.' })", ':1 "It is saved."'],
  ])('a check finds %s', (_, source, found) => {
    expect(findTexts('screen.tsx', source)).toEqual([`screen.tsx${found}`]);
  });

  it.each([
    ['a text of a catalogue', '<Field label={texts.name} title={texts.of(1)} />'],
    ['punctuation', '<p>({role}), {`${name}: ${value}`} →</p>'],
    ['code and keys', '<p><Code>webhook-id</Code><Kbd>Ctrl K</Kbd></p>'],
    ['the name of the product, and an address', '<b title="https://login.example">Attune</b>'],
    ['a comparison', "<Field error={name === 'top_k' && texts.fault} />"],
    ['an attribute that nobody reads', '<Field name="top_k" variant="default" />'],
  ])('a check accepts %s', (_, source) => {
    expect(findTexts('screen.tsx', source)).toEqual([]);
  });
});
