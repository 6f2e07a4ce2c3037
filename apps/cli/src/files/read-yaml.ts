import {
  type Document,
  LineCounter,
  type Node,
  type Pair,
  isMap,
  isScalar,
  isSeq,
  parseAllDocuments,
  visit,
} from 'yaml';

/** An error in a file with its place: `tenants/acme-law.yaml:3:16`. */
export interface FileError {
  readonly place: string;
  readonly message: string;
}

export interface YamlText {
  /** The parsed content; undefined if there are errors. */
  readonly content: unknown;
  readonly errors: readonly FileError[];
  /** Returns the place of a path or its nearest parent: `model.temperature`, `questions.3`. With `isName`, of the name instead of the value. */
  locate(path: string, isName?: boolean): string;
}

type NodePair = Pair<Node, Node | null>;

/** Reads one YAML document without aliases, or JSON; `secondDocumentMessage` is the error for a second document. */
export function readYaml(path: string, text: string, secondDocumentMessage: string): YamlText {
  const lines = new LineCounter();
  const locateOffset = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${path}:${line}:${col}`;
  };
  const options = { lineCounter: lines, prettyErrors: false, logLevel: 'error' } as const;
  const [document, secondDocument] = parseAllDocuments(text, options);
  if (!document) return invalidYaml(path, [{ place: `${path}:1:1`, message: 'The file is empty.' }]);
  const yamlErrors = [
    ...yamlErrorsIn(document),
    ...(secondDocument ? [{ offset: secondDocument.range[0], message: secondDocumentMessage }] : []),
  ].toSorted((one, another) => one.offset - another.offset);
  if (yamlErrors.length > 0)
    return invalidYaml(
      path,
      yamlErrors.map(({ offset, message }) => ({ place: locateOffset(offset), message })),
    );
  const locate = (field: string, isName?: boolean): string => locateOffset(offsetOf(document, field, isName));
  return { content: document.toJS(), errors: [], locate };
}

function invalidYaml(path: string, errors: FileError[]): YamlText {
  return { content: undefined, errors, locate: () => path };
}

interface YamlError {
  readonly offset: number;
  readonly message: string;
}

/** Syntax errors, and valid YAML that is not accepted here. */
function yamlErrorsIn(document: Document.Parsed): YamlError[] {
  const syntax = [...document.errors, ...document.warnings];
  if (syntax.length === 0) return aliasErrorsIn(document);
  return syntax.map(({ pos, message }) => ({ offset: pos[0], message }));
}

/** Nested aliases let a few lines fill the memory, and these files do not need aliases. */
function aliasErrorsIn(document: Document.Parsed): YamlError[] {
  const errors: YamlError[] = [];
  visit(document, {
    Alias: (_key, { range }) => {
      errors.push({ offset: range?.[0] ?? 0, message: 'Aliases are not taken here; write the value out.' });
    },
  });
  return errors;
}

/** The offset of the deepest part of the path that the file has: of its value, or of its name with `isName`. */
function offsetOf({ contents }: Document.Parsed, path: string, isName = false): number {
  return offsetBelow(contents, path, isName) ?? startOf(contents) ?? 0;
}

function offsetBelow(node: Node | null, path: string, isName: boolean): number | undefined {
  if (isSeq<Node>(node)) return offsetInList(node.items, path, isName);
  const pair = isMap<Node, Node | null>(node) && path !== '' ? pairAt(node.items, path) : undefined;
  if (!pair) return undefined;
  const rest = path.slice(keyOf(pair).length + 1);
  return (
    offsetBelow(pair.value, rest, isName) ?? startOf(rest === '' && !isName ? valueOrKey(pair) : pair.key)
  );
}

function offsetInList(items: readonly Node[], path: string, isName: boolean): number | undefined {
  const [index = ''] = path.split('.');
  const item = index === '' ? undefined : items[Number(index)];
  if (!item) return undefined;
  return offsetBelow(item, path.slice(index.length + 1), isName) ?? startOf(item);
}

/** An empty value has no place, so its key is used. */
function valueOrKey({ key, value }: NodePair): Node {
  return isScalar(value) && value.value !== null ? value : key;
}

function startOf(node: Node | null): number | undefined {
  return node?.range?.[0];
}

/** A key may contain dots. */
function pairAt(pairs: readonly NodePair[], path: string): NodePair | undefined {
  return pairs.find((pair) => path === keyOf(pair) || path.startsWith(`${keyOf(pair)}.`));
}

function keyOf({ key }: NodePair): string {
  return isScalar(key) ? String(key.value) : String(key);
}
