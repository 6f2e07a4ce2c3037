import { availableParallelism } from 'node:os';
import { type EmbedOptions, Embedder, orPeriod, unitVector } from '../embedder.js';
import { EmbeddingThread } from './embedding-thread.js';

/** Two threads load a small machine fully, and each needs about 100 MB for the model. */
const maxThreads = Math.min(2, availableParallelism());
/** Texts per batch. A thread answers its batches in order, and a chunk takes up to 0.3 s: a question waits for one at most. */
const batchSize = 1;

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
    return batchSize * maxThreads;
  }

  async embed(texts: readonly string[], { signal }: EmbedOptions = {}): Promise<Float32Array[]> {
    const vectors: Float32Array[] = [];
    for (const round of toBatches(texts.map(collapseWhitespace), this.batchSize)) {
      signal?.throwIfAborted();
      const batches = toBatches(round, batchSize).map((batch) => this.leastBusyThread().embed(batch));
      vectors.push(...(await Promise.all(batches)).flat());
    }
    return vectors.map(unitVector);
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

function collapseWhitespace(text: string): string {
  return orPeriod(text.replace(/\s+/g, ' ').trim());
}

function toBatches<T>(items: readonly T[], size: number): T[][] {
  const count = Math.ceil(items.length / size);
  return Array.from({ length: count }, (_, index) => items.slice(index * size, (index + 1) * size));
}
