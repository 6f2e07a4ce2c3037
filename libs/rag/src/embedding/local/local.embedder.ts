import { availableParallelism } from 'node:os';
import { type EmbedOptions, Embedder, orPeriod, unitVector } from '../embedder.js';
import { EmbeddingThread } from './embedding-thread.js';

/** Two threads load a small machine fully, and each needs about 100 MB for the model. */
const maxThreads = Math.min(2, availableParallelism());

/**
 * Universal Sentence Encoder (lite, English). Runs in this process; the weights are part of the package, so it needs no key and no
 * network. The model reads 128 word pieces, about 550 characters: a longer text is embedded in windows, and their mean is its vector.
 */
export class LocalEmbedder extends Embedder {
  readonly id = 'local:universal-sentence-encoder-lite-en-0.2';
  /** Fitted on the odd-numbered Cranfield queries (see `bench/retrieval`). */
  readonly calibration = { intercept: -4.2, slope: 1.73 };
  /** One batch occupies all threads. */
  override readonly uploadsAtOnce = 1;
  private threads: EmbeddingThread[] = [];

  override knowsLanguage(language: string): boolean {
    return language === 'en';
  }

  get batchSize(): number {
    return maxThreads;
  }

  async embed(texts: readonly string[], { signal }: EmbedOptions = {}): Promise<Float32Array[]> {
    const parts = texts.flatMap((text, owner) => toParts(text).map((part) => ({ owner, part })));
    const sums: Float32Array[] = [];
    for (const round of toBatches(parts, this.batchSize)) {
      signal?.throwIfAborted();
      const vectors = await Promise.all(round.map(({ part }) => this.leastBusyThread().embed([part])));
      for (const [index, { owner }] of round.entries()) sums[owner] = add(sums[owner], vectors[index]![0]!);
    }
    return sums.map(unitVector);
  }

  override async close(): Promise<void> {
    await Promise.all(this.threads.map((thread) => thread.close()));
  }

  /** Starts threads when they are needed, and replaces a thread that has ended. */
  private leastBusyThread(): EmbeddingThread {
    this.threads = this.threads.filter((thread) => !thread.hasEnded);
    const [leastBusy] = this.threads.toSorted((a, b) => a.pendingBatches - b.pendingBatches);
    if (leastBusy && (leastBusy.pendingBatches === 0 || this.threads.length === maxThreads)) return leastBusy;
    const thread = new EmbeddingThread();
    this.threads.push(thread);
    return thread;
  }
}

/**
 * A thread answers in order and cannot be interrupted: a question waits for one part at most, a chunk of a document (up to 0.3 s) or
 * 2,000 characters. The cut is at a space, if there is one.
 */
function toParts(text: string): string[] {
  return collapseWhitespace(text).match(/\S.{0,1999}(?= |$)|\S.{0,1999}/gu) ?? [];
}

/** The thread weights the vector of a part by its length. */
function add(sum: Float32Array | undefined, vector: Float32Array): Float32Array {
  return sum ? sum.map((value, dimension) => value + vector[dimension]!) : vector;
}

function collapseWhitespace(text: string): string {
  return orPeriod(text.replace(/\s+/g, ' ').trim());
}

function toBatches<T>(items: readonly T[], size: number): T[][] {
  const count = Math.ceil(items.length / size);
  return Array.from({ length: count }, (_, index) => items.slice(index * size, (index + 1) * size));
}
