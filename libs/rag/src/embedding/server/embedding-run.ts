import { poolVectors } from '../embedder.js';
import { EmbeddingFailure } from './embedding-failure.js';
import { splitInTwo, splitShorterThan } from './split-text.js';

/** Sends one request. Rejects with `EmbeddingFailure`. */
export type SendTexts = (texts: readonly string[]) => Promise<Float32Array[]>;

/** What is known of the most that a server takes in one request. */
export interface ServerLimits {
  maxTexts: number;
  /** Texts of at least this length are refused. */
  refusedCharacters: number;
}

/** A text, or a part of it. */
interface Piece {
  /** Index of the text. */
  readonly owner: number;
  readonly text: string;
}

/** Texts of a refused request. If all of them succeed in batches of `size`, there were too many of them. */
interface Probe {
  readonly end: number;
  readonly size: number;
}

/** A shorter text is not split: if the server refuses it, size is not the reason. */
const minSplitCharacters = 100;
const maxTimeoutsInARow = 3;
const timeoutDivisor = 4;

/**
 * Embeds texts in as few requests as the server accepts. A batch that is refused is halved, a text that is refused alone is embedded in
 * parts, and a batch that takes too long is sent in quarters. What succeeded is never sent again. The limits are remembered.
 */
export class EmbeddingRun {
  private readonly pieces: Piece[];
  private readonly vectors: Float32Array[] = [];
  private batchSize: number;
  private refusedCharacters = Infinity;
  private probe: Probe | null = null;
  private timeoutsInARow = 0;

  constructor(
    texts: readonly string[],
    private readonly limits: ServerLimits,
    private readonly send: SendTexts,
  ) {
    this.batchSize = limits.maxTexts;
    this.pieces = texts.flatMap((text, owner) =>
      splitShorterThan(text, limits.refusedCharacters).map((part) => ({ owner, text: part })),
    );
  }

  /** One vector for each text, in order. @throws EmbeddingFailure */
  async complete(): Promise<Float32Array[]> {
    while (this.vectors.length < this.pieces.length) await this.sendNext();
    this.limits.refusedCharacters = Math.min(this.limits.refusedCharacters, this.refusedCharacters);
    const parts = this.pieces.map(({ owner, text }, index) => ({
      owner,
      weight: text.length,
      vector: this.vectors[index]!,
    }));
    if (parts.some(({ vector }) => vector.length !== parts[0]!.vector.length))
      throw new EmbeddingFailure('malformed', 'the vectors have different sizes');
    const byOwner = [...Map.groupBy(parts, ({ owner }) => owner).values()];
    return byOwner.map((ofText) => (ofText.length === 1 ? ofText[0]!.vector : poolVectors(ofText)));
  }

  private async sendNext(): Promise<void> {
    this.batchSize = Math.min(this.batchSize, this.limits.maxTexts);
    const from = this.vectors.length;
    const texts = this.pieces.slice(from, from + this.batchSize).map(({ text }) => text);
    try {
      this.vectors.push(...(await this.send(texts)));
      this.timeoutsInARow = 0;
      this.learnMaxTexts();
    } catch (error) {
      if (!(error instanceof EmbeddingFailure)) throw error;
      if (error.mayBeTooLarge) this.shrink(texts, error);
      else if (error.kind === 'timeout') this.slowDown(texts.length, error);
      else throw error;
    }
  }

  private learnMaxTexts(): void {
    if (!this.probe || this.vectors.length < this.probe.end) return;
    this.limits.maxTexts = Math.min(this.limits.maxTexts, this.probe.size);
    this.probe = null;
  }

  private shrink(texts: readonly string[], refusal: EmbeddingFailure): void {
    const from = this.vectors.length;
    if (texts.length > 1) {
      this.batchSize = Math.ceil(texts.length / 2);
      this.probe = { end: from + texts.length, size: this.batchSize };
      return;
    }
    const { owner, text } = this.pieces[from]!;
    if (text.length < minSplitCharacters) throw refusal.forText(text);
    this.refusedCharacters = Math.min(this.refusedCharacters, text.length);
    this.pieces.splice(from, 1, ...splitInTwo(text).map((part) => ({ owner, text: part })));
    this.splitRest(from, text.length);
    // The text was too long, not the batch.
    this.probe = null;
    this.batchSize = this.limits.maxTexts;
  }

  /** Texts that are as long would be refused, too. */
  private splitRest(from: number, characters: number): void {
    const rest = this.pieces.splice(from);
    const split = rest.flatMap(({ owner, text }) =>
      splitShorterThan(text, characters).map((part) => ({ owner, text: part })),
    );
    for (const piece of split) this.pieces.push(piece);
  }

  private slowDown(texts: number, timeout: EmbeddingFailure): void {
    this.timeoutsInARow += 1;
    if (this.timeoutsInARow === maxTimeoutsInARow) throw timeout;
    this.batchSize = Math.ceil(texts / timeoutDivisor);
  }
}
