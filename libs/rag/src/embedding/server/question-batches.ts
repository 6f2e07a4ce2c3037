import { UpstreamError } from '#kernel';
import { EmbeddingFailure } from './embedding-failure.js';

/** One vector for each text. */
type EmbedTexts = (texts: readonly string[], signal?: AbortSignal) => Promise<Float32Array[]>;

interface WaitingTexts {
  readonly texts: readonly string[];
  readonly signal: AbortSignal | undefined;
  readonly resolve: (vectors: Float32Array[] | Promise<Float32Array[]>) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Sends the questions that come in one turn of the event loop in one request, because a request costs more than its questions. If it
 * fails and one of the questions can be the reason, each is sent alone: a tenant's question harms no other tenant's.
 */
export class QuestionBatches {
  private waiting: WaitingTexts[] = [];

  /** @param maxTexts The most texts in one request. */
  constructor(
    private readonly embed: EmbedTexts,
    private readonly maxTexts: () => number,
  ) {}

  /** @throws what `embed` throws */
  add(texts: readonly string[], signal?: AbortSignal): Promise<Float32Array[]> {
    const { promise, resolve, reject } = Promise.withResolvers<Float32Array[]>();
    this.waiting.push({ texts, signal, resolve, reject });
    if (this.waiting.length === 1) setImmediate(() => this.send());
    return promise;
  }

  private send(): void {
    const waiting = this.waiting;
    this.waiting = [];
    let batch: WaitingTexts[] = [];
    let count = 0;
    for (const one of waiting) {
      if (batch.length > 0 && count + one.texts.length > this.maxTexts()) {
        void this.sendBatch(batch);
        [batch, count] = [[], 0];
      }
      batch.push(one);
      count += one.texts.length;
    }
    void this.sendBatch(batch);
  }

  private async sendBatch(batch: readonly WaitingTexts[]): Promise<void> {
    if (batch.length === 1) return sendAlone(batch, this.embed);
    try {
      // All have the same time-out, so that of the last one ends last.
      const all = batch.flatMap(({ texts }) => texts);
      const vectors = await this.embed(all, batch.at(-1)!.signal);
      let from = 0;
      for (const { texts, resolve } of batch) resolve(vectors.slice(from, (from += texts.length)));
    } catch (error) {
      if (canBeOfOneText(error)) sendAlone(batch, this.embed);
      else for (const { reject } of batch) reject(error);
    }
  }
}

function sendAlone(batch: readonly WaitingTexts[], embed: EmbedTexts): void {
  for (const { texts, signal, resolve } of batch) resolve(embed(texts, signal));
}

/** Some servers answer 500 to a text that their model cannot take. Time-outs and 429 would only be repeated. */
function canBeOfOneText(error: unknown): boolean {
  const cause = error instanceof UpstreamError ? error.cause : null;
  if (!(cause instanceof EmbeddingFailure)) return false;
  return cause.kind !== 'timeout' && cause.kind !== 'unreachable' && cause.status !== 429;
}
