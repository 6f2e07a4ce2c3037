import type { Database } from '#database';
import { analyserVersion } from '../../analysis/analyser-version.js';
import { CorpusBuilder, type CorpusSize, estimateBytes } from './corpus-builder.js';
import { CorpusOutline } from './corpus-outline.js';
import { noCorpus } from './corpus-versions.js';
import type { CorpusHead, CorpusRepository, SizedDocument } from './corpus.repository.js';
import type { MemoryCorpus } from './memory-corpus.js';

/** What to load. */
export interface CorpusLoad {
  readonly tenantId: string;
  /** Label of the embedder whose vectors are compared. */
  readonly embedder: string;
  /** The tenant's corpus before its documents changed. What has not changed is copied from it. */
  readonly previous: MemoryCorpus | null;
  /** A larger corpus is not loaded. */
  readonly maxBytes: number;
  /** Called once, with the size of the corpus, before its chunks are read. False: it is not loaded. */
  reserve(bytes: number): boolean;
}

/** A corpus whose chunks were read. */
interface ReadCorpus {
  readonly builder: CorpusBuilder;
  readonly head: CorpusHead;
}

const emptyHead: CorpusHead = { version: noCorpus, analyser: analyserVersion, languages: [], length: 0 };

/**
 * Loads corpora into memory. It reads one snapshot of the database in pages, and no step keeps the process busy for more than some
 * milliseconds.
 */
export class CorpusLoader {
  constructor(
    private readonly database: Database,
    private readonly repository: CorpusRepository,
  ) {}

  /**
   * null: nothing was reserved.
   *
   * @throws RangeError when the corpus is too large, or something in it does not fit
   * @throws UnavailableError when the database cannot be reached
   */
  async load(load: CorpusLoad): Promise<MemoryCorpus | null> {
    const read = await this.database.readSnapshotAsTenant(load.tenantId, () => this.read(load));
    return read && read.builder.build(read.head);
  }

  private async read(load: CorpusLoad): Promise<ReadCorpus | null> {
    const head = (await this.repository.readHead()) ?? emptyHead;
    if (head.analyser !== analyserVersion) throw new RangeError('The words are those of another analyser.');
    const documents = await this.readDocuments(load);
    const size = sizeOf(documents);
    if (!load.reserve(estimateBytes(size))) return null;
    const builder = new CorpusBuilder(new CorpusOutline(documents), size);
    const copied = withVectorsOf(size, load.previous);
    if (copied) await builder.copyUnchanged(copied);
    for await (const page of this.repository.readChunks(load.embedder, documentsMissingIn(copied, documents)))
      for (const chunk of page) builder.add(chunk);
    return { builder, head };
  }

  private async readDocuments({ embedder, maxBytes }: CorpusLoad): Promise<SizedDocument[]> {
    const documents: SizedDocument[] = [];
    for await (const page of this.repository.readDocuments(embedder)) {
      documents.push(...page);
      if (estimateBytes(sizeOf(documents)) > maxBytes) throw new RangeError('The corpus is too large.');
    }
    return documents;
  }
}

/** Null if its vectors have another length. */
function withVectorsOf({ dimensions }: CorpusSize, corpus: MemoryCorpus | null): MemoryCorpus | null {
  return corpus?.dimensions === dimensions ? corpus : null;
}

function documentsMissingIn(
  corpus: MemoryCorpus | null,
  documents: readonly SizedDocument[],
): readonly SizedDocument[] {
  return corpus ? documents.filter((document) => !corpus.parts.outline.has(document)) : documents;
}

function sizeOf(documents: readonly SizedDocument[]): CorpusSize {
  const sum = (of: (document: SizedDocument) => number) =>
    documents.reduce((total, one) => total + of(one), 0);
  const chunks = sum((one) => one.chunks);
  const embedded = sum((one) => one.embedded);
  return {
    chunks,
    embedded,
    textBytes: sum(({ text_bytes: bytes }) => bytes),
    metadataBytes: sum(({ metadata }) => metadata.length),
    length: sum(({ length }) => length),
    dimensions: embedded === chunks ? documents.reduce((max, one) => Math.max(max, one.dimensions), 0) : 0,
  };
}
