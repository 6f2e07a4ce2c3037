import { type TenantFile, readTenantFile } from '#config';
import {
  type Document,
  LineCounter,
  type Node,
  type Pair,
  isMap,
  isScalar,
  parseAllDocuments,
  visit,
} from 'yaml';

/** Something wrong with a file, and where: `tenants/acme-law.yaml:3:16`. */
export interface FileFault {
  readonly place: string;
  readonly message: string;
}

export interface ParsedFile {
  readonly path: string;
  readonly file: TenantFile;
  readonly faults: readonly FileFault[];
  /** Where the file names this, or what it is part of: `model.temperature`. */
  placeOf(path: string): string;
}

type NodePair = Pair<Node, Node | null>;

const nothing: TenantFile = { tenantId: '', settings: {}, exportedVersion: null };

/** Reads a tenant's file, with every fault that can be found offline. */
export function parseFile(path: string, text: string): ParsedFile {
  const lines = new LineCounter();
  const placeAt = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${path}:${line}:${col}`;
  };
  const [document, second] = parseAllDocuments(text, {
    lineCounter: lines,
    prettyErrors: false,
    logLevel: 'error',
  });
  if (!document) return unreadable(path, [{ place: `${path}:1:1`, message: 'The file is empty.' }]);
  const broken = brokenAt(document, second);
  if (broken.length > 0)
    return unreadable(
      path,
      broken.map(({ offset, message }) => ({ place: placeAt(offset), message })),
    );
  const { file, faults } = readTenantFile(document.toJS());
  const shown = faults.map(({ field, rule, message }) => {
    const offset = offsetOf(document, field, rule === 'unknown_field');
    return { place: placeAt(offset), message };
  });
  return { path, file, faults: shown, placeOf: (field) => placeAt(offsetOf(document, field)) };
}

function unreadable(path: string, faults: FileFault[]): ParsedFile {
  return { path, file: nothing, faults, placeOf: () => path };
}

interface Broken {
  readonly offset: number;
  readonly message: string;
}

/** What is no YAML, or none that a tenant's file may be. */
function brokenAt(document: Document.Parsed, second: Document.Parsed | undefined): Broken[] {
  const syntax = [...document.errors, ...document.warnings];
  return [
    ...syntax.map(({ pos, message }) => ({ offset: pos[0], message })),
    ...(second
      ? [
          {
            offset: second.range[0],
            message: 'A file holds one tenant; move the others into files of their own.',
          },
        ]
      : []),
    ...(syntax.length === 0 ? aliasesIn(document) : []),
  ];
}

/** Aliases of aliases make a few lines fill the memory, and a tenant's file is too short to need any. */
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
  const pair = isMap<Node, Node | null>(node) && path !== '' ? pairAt(node.items, path) : undefined;
  if (!pair) return undefined;
  const rest = path.slice(keyOf(pair).length + 1);
  return (
    offsetBelow(pair.value, rest, isName) ?? startOf(rest === '' && !isName ? pointedAt(pair) : pair.key)
  );
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
