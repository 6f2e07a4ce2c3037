import { RateLimitedError, UnavailableError } from '#kernel';

const mebibyte = 1024 * 1024;
/** All bodies of a process. A body takes up to four times its size while it is parsed. */
const defaultMaxBytes = 128 * mebibyte;
/** A connection buffers as many bytes anyway, so smaller bodies are not counted. */
const freeBytes = 64 * 1024;
const retryAfterS = 1;

/**
 * Counts the bytes of all bodies from their arrival to their answer. A caller may have as many bytes in flight as are free, so one tenant
 * alone gets half of the limit, and some always remain for others. Bodies of at most 64 KiB are not counted.
 */
export class BytesInFlight {
  private readonly bytesByHolder = new Map<string | null, number>();
  private total = 0;

  constructor(private readonly maxBytes = defaultMaxBytes) {}

  /**
   * Counts a body of at most `bytes` until the returned function is called. `holder` is the tenant; null for callers without one.
   *
   * @throws RateLimitedError when the holder itself has too many bytes in flight. @throws UnavailableError when others have.
   */
  reserve(holder: string | null, bytes: number): () => void {
    if (bytes <= freeBytes) return () => undefined;
    const held = this.bytesByHolder.get(holder) ?? 0;
    const free = this.maxBytes - this.total;
    if (held + bytes > free) throw held === 0 ? busyError() : tooManyBytesError(held, free);
    this.add(holder, bytes);
    let isReleased = false;
    return () => {
      if (!isReleased) this.add(holder, -bytes);
      isReleased = true;
    };
  }

  private add(holder: string | null, bytes: number): void {
    const held = (this.bytesByHolder.get(holder) ?? 0) + bytes;
    this.total += bytes;
    if (held === 0) this.bytesByHolder.delete(holder);
    else this.bytesByHolder.set(holder, held);
  }
}

function busyError(): UnavailableError {
  return new UnavailableError('The replica receives too many large bodies just now.', retryAfterS);
}

function tooManyBytesError(held: number, free: number): RateLimitedError {
  const message = `Requests of yours with ${held} bytes are in progress; send this one when they are answered.`;
  const remaining = Math.max(0, free - held);
  return new RateLimitedError(message, {
    limit: held + remaining,
    remaining,
    resets_at: new Date(Date.now() + retryAfterS * 1000).toISOString(),
    retry_after_s: retryAfterS,
  });
}
