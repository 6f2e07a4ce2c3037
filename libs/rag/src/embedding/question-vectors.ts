import { hash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Embedder } from './embedder.js';

const maxBytes = 16 * 1024 * 1024;
/** A server may get another model under the same name. */
const maxAgeMs = 10 * 60_000;
/** Of an entry without its numbers. */
const entryBytes = 256;

/**
 * Embeds questions, and remembers their vectors for ten minutes, at most 16 MiB of them: people ask the same again, a conversation
 * embeds its earlier questions each time, and a comparison asks twice. Each tenant has its own, so that the time of an answer does not
 * tell what other tenants ask. The texts are not kept.
 */
export class QuestionVectors {
  private readonly vectors = new LRUCache<string, Float32Array>({
    maxSize: maxBytes,
    ttl: maxAgeMs,
    sizeCalculation: ({ byteLength }) => byteLength + entryBytes,
  });

  constructor(private readonly embedder: Embedder) {}

  /**
   * One vector of unit length for each question, in order. They are not to be changed.
   *
   * @throws the errors of `Embedder.embed`; then nothing is remembered
   */
  async embed(
    tenantId: string,
    questions: readonly string[],
    signal: AbortSignal,
  ): Promise<readonly Float32Array[]> {
    const keys = questions.map((question) => hash('sha256', `${tenantId}\0${question}`, 'base64'));
    const known = keys.map((key) => this.vectors.get(key));
    const missing = [...known.keys()].filter((index) => known[index] === undefined);
    if (missing.length === 0) return known as Float32Array[];
    const texts = missing.map((index) => questions[index]!);
    const made = await this.embedder.embed(texts, { purpose: 'question', signal });
    for (const [position, index] of missing.entries()) {
      known[index] = made[position]!;
      this.vectors.set(keys[index]!, made[position]!);
    }
    return known as Float32Array[];
  }
}
