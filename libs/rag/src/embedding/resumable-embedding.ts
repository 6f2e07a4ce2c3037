import { Injectable } from '@nestjs/common';
import { FairQueue } from '#kernel';
import { Embedder } from './embedder.js';

/** Progress and cancellation of `ResumableEmbedding.embed`. */
export interface EmbeddingProgress {
  /** Called after each batch, with the number of embedded texts and of all texts. */
  readonly onEmbedded?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

interface UnsavedVector {
  readonly vector: Float32Array;
  readonly madeAt: number;
}

const maxAgeMs = 3_600_000;
const maxBytes = 64 * 1024 * 1024;

/**
 * Embeds the texts of an upload. After a failure, the vectors that were made stay in memory for an hour, at most 64 MiB of them, so
 * that the next attempt goes on from there and nothing is paid twice. The tenants take turns, batch by batch.
 */
@Injectable()
export class ResumableEmbedding {
  /** Oldest first. */
  private readonly unsaved = new Map<string, UnsavedVector>();
  private bytes = 0;
  readonly queue: FairQueue;

  constructor(private readonly embedder: Embedder) {
    this.queue = new FairQueue({ maxRunning: embedder.uploadsAtOnce, maxRunningPerTenant: 1 });
  }

  /** The `id` of the embedder. */
  get embedderId(): string {
    return this.embedder.id;
  }

  /** One vector for each text, in order. @throws the errors of `Embedder.embed` */
  async embed(
    tenantId: string,
    texts: readonly string[],
    { onEmbedded, signal }: EmbeddingProgress,
  ): Promise<Float32Array[]> {
    const keys = texts.map((text) => keyOf(tenantId, text));
    const vectors = keys.map((key) => this.find(key));
    const missing = [...vectors.keys()].filter((index) => vectors[index] === undefined);
    while (missing.length > 0) {
      signal?.throwIfAborted();
      const indexes = missing.splice(0, this.embedder.batchSize);
      const batch = indexes.map((index) => texts[index]!);
      const made = await this.queue.run(tenantId, () => this.embedder.embed(batch, signal && { signal }), {
        signal,
      });
      for (const [position, index] of indexes.entries()) {
        vectors[index] = made[position]!;
        this.keep(keys[index]!, made[position]!);
      }
      onEmbedded?.(texts.length - missing.length, texts.length);
    }
    return vectors as Float32Array[];
  }

  /** Drops the vectors of these texts, because they were saved. */
  forget(tenantId: string, texts: readonly string[]): void {
    for (const text of texts) this.drop(keyOf(tenantId, text));
  }

  private find(key: string): Float32Array | undefined {
    const found = this.unsaved.get(key);
    return found && Date.now() - found.madeAt < maxAgeMs ? found.vector : undefined;
  }

  private keep(key: string, vector: Float32Array): void {
    this.drop(key);
    this.unsaved.set(key, { vector, madeAt: Date.now() });
    this.bytes += sizeOf(key, vector);
    for (const [oldest, { madeAt }] of this.unsaved) {
      if (this.bytes <= maxBytes && Date.now() - madeAt < maxAgeMs) return;
      this.drop(oldest);
    }
  }

  private drop(key: string): void {
    const unsaved = this.unsaved.get(key);
    if (unsaved === undefined) return;
    this.bytes -= sizeOf(key, unsaved.vector);
    this.unsaved.delete(key);
  }
}

/** No digest: to make ten thousand of them would hold up all other requests. */
function keyOf(tenantId: string, text: string): string {
  return `${tenantId}\0${text}`;
}

function sizeOf(key: string, vector: Float32Array): number {
  return 2 * key.length + vector.byteLength;
}
