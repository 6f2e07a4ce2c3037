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

/** Something wrong with a file, and where: `tenants/acme-law.yaml:3:16`. */
export interface FileFault {
  readonly place: string;
  readonly message: string;
}

export interface YamlText {
  /** What it says; undefined where there are faults. */
  readonly content: unknown;
  readonly faults: readonly FileFault[];
  /** Where the text names this, or what it is part of: `model.temperature`, `questions.3`. With `isName`, the name and not the value. */
  placeOf(path: string, isName?: boolean): string;
}

type NodePair = Pair<Node, Node | null>;

/** Reads one YAML document without aliases, or JSON; `second` is what a second document is told. */
export function readYaml(path: string, text: string, second: string): YamlText {
  const lines = new LineCounter();
  const placeAt = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${path}:${line}:${col}`;
  };
  const options = { lineCounter: lines, prettyErrors: false, logLevel: 'error' } as const;
  const [document, other] = parseAllDocuments(text, options);
  if (!document) return unreadable(path, [{ place: `${path}:1:1`, message: 'The file is empty.' }]);
  const broken = [
    ...brokenAt(document),
    ...(other ? [{ offset: other.range[0], message: second }] : []),
  ].toSorted((one, another) => one.offset - another.offset);
  if (broken.length > 0)
    return unreadable(
      path,
      broken.map(({ offset, message }) => ({ place: placeAt(offset), message })),
    );
  const placeOf = (field: string, isName?: boolean): string => placeAt(offsetOf(document, field, isName));
  return { content: document.toJS(), faults: [], placeOf };
}

function unreadable(path: string, faults: FileFault[]): YamlText {
  return { content: undefined, faults, placeOf: () => path };
}

interface Broken {
  readonly offset: number;
  readonly message: string;
}

/** What is no YAML, or more of it than is taken. */
function brokenAt(document: Document.Parsed): Broken[] {
  const syntax = [...document.errors, ...document.warnings];
  if (syntax.length === 0) return aliasesIn(document);
  return syntax.map(({ pos, message }) => ({ offset: pos[0], message }));
}

/** Aliases of aliases make a few lines fill the memory, and these files are too short to need any. */
function aliasesIn(document: Document.Parsed): Broken[] {
  const found: Broken[] = [];
  visit(document, {
    Alias: (_key, { range }) => {
      found.push({ offset: range?.[0] ?? 0, message: 'Aliases are not taken here; write the value out.' });
    },
  });
  return found;
}

/** The offset of the innermost part of the path that the file has: of its value, or of its name where that is what is meant. */
function offsetOf({ contents }: Document.Parsed, path: string, isName = false): number {
  return offsetBelow(contents, path, isName) ?? startOf(contents) ?? 0;
}

function offsetBelow(node: Node | null, path: string, isName: boolean): number | undefined {
  if (isSeq<Node>(node)) return offsetInList(node.items, path, isName);
  const pair = isMap<Node, Node | null>(node) && path !== '' ? pairAt(node.items, path) : undefined;
  if (!pair) return undefined;
  const rest = path.slice(keyOf(pair).length + 1);
  return (
    offsetBelow(pair.value, rest, isName) ?? startOf(rest === '' && !isName ? pointedAt(pair) : pair.key)
  );
}

function offsetInList(items: readonly Node[], path: string, isName: boolean): number | undefined {
  const [index = ''] = path.split('.');
  const item = index === '' ? undefined : items[Number(index)];
  if (!item) return undefined;
  return offsetBelow(item, path.slice(index.length + 1), isName) ?? startOf(item);
}

/** A value that is there can be pointed at; an empty one is nowhere. */
function pointedAt({ key, value }: NodePair): Node {
  return isScalar(value) && value.value !== null ? value : key;
}

function startOf(node: Node | null): number | undefined {
  return node?.range?.[0];
}

/** A key may hold dots itself. */
function pairAt(pairs: readonly NodePair[], path: string): NodePair | undefined {
  return pairs.find((pair) => path === keyOf(pair) || path.startsWith(`${keyOf(pair)}.`));
}

function keyOf({ key }: NodePair): string {
  return isScalar(key) ? String(key.value) : String(key);
}
