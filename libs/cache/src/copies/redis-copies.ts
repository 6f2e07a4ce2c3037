import { within } from '#kernel';
import { RedisScript, type RedisConnection, type ScriptCall } from '#redis';
import type { ChangeBus } from '../bus/change-bus.js';
import { Copies, noCopyCounts, type Copy, type KeyedCopy } from './copies.js';
import { decodeCopy, encodeCopy, mostCopyBytes } from './copy-text.js';

const keptForSeconds = 86_400;
const findWithinMs = 100;
const keepWithinMs = 5_000;
/** What is sent at once, so that neither Redis nor the link is blocked by a bulk update. */
const chunkCopies = 100;
const chunkBytes = 512 * 1_024;
/** Copies of all the running calls together; what comes on top is given up. */
const waitingAtMost = 20_000;

/**
 * What stands there counts only if it begins like a copy of ours, with a version that a number can hold exactly; anything
 * else, a key of another type too, is overwritten. Of one version the last one counts, whose form may be a later release's,
 * but what is known to be gone stays so.
 */
const keepNewest = new RedisScript(`
local there = redis.pcall('GETRANGE', KEYS[1], 0, 40)
local text, null = string.match(type(there) == 'string' and there or '', '^{"version":(%d+),"value":(n?)')
local version, new = tonumber(text), tonumber(ARGV[1])
if version and version <= 9007199254740991 then
  if version > new then return 0 end
  if version == new and null == 'n' then return redis.call('EXPIRE', KEYS[1], ARGV[3]) end
end
redis.call('SET', KEYS[1], ARGV[2], 'EX', ARGV[3])
return 1
`);

/** Copies under the keys `attune:{<key>}:cache:<kind>`. Redis is not asked while the bus is in doubt of it. */
export class RedisCopies extends Copies {
  override readonly counters = noCopyCounts();
  private waiting = 0;

  constructor(
    private readonly redis: Pick<RedisConnection, 'readAll' | 'runAll'>,
    private readonly bus: Pick<ChangeBus, 'state'>,
  ) {
    super();
  }

  override async keep(kind: string, copies: readonly KeyedCopy[]): Promise<void> {
    const taken = copies.slice(0, waitingAtMost - this.waiting);
    this.waiting += taken.length;
    const kept = await this.keepInChunks(kind, taken);
    this.waiting -= taken.length;
    this.counters.kept += kept;
    this.counters.lost += copies.length - kept;
  }

  override async find(kind: string, keys: readonly string[]): Promise<ReadonlyMap<string, Copy>> {
    const found = new Map<string, Copy>();
    const asked = [...new Set(keys)];
    await within(findWithinMs, this.findInChunks(kind, asked, found)).catch(() => undefined);
    this.counters.found += found.size;
    this.counters.missing += asked.length - found.size;
    // A chunk that comes late must not change what the caller has.
    return new Map(found);
  }

  /** How many were kept. */
  private async keepInChunks(kind: string, copies: readonly KeyedCopy[]): Promise<number> {
    const end = performance.now() + keepWithinMs;
    let kept = 0;
    for (const chunk of chunksOf(kind, copies)) {
      if (this.bus.state === 'doubted' || performance.now() > end) break;
      const replies = await this.redis.runAll(keepNewest, chunk);
      kept += replies.filter((reply) => typeof reply === 'number').length;
    }
    return kept;
  }

  private async findInChunks(kind: string, keys: readonly string[], found: Map<string, Copy>): Promise<void> {
    for (let start = 0; start < keys.length && this.bus.state === 'proven'; start += chunkCopies) {
      const chunk = keys.slice(start, start + chunkCopies);
      const texts = await this.redis.readAll(
        chunk.map((key) => placeOf(kind, key)),
        mostCopyBytes + 1,
      );
      chunk.forEach((key, index) => this.take(key, texts[index]!, found));
    }
  }

  private take(key: string, text: string | null | Error, found: Map<string, Copy>): void {
    if (typeof text !== 'string') return;
    const copy = decodeCopy(text);
    if (copy === null) this.counters.damaged += 1;
    else found.set(key, copy);
  }
}

/** By hash tag in the same slot of a cluster as all else of that key. */
function placeOf(kind: string, key: string): string {
  return `attune:{${key}}:cache:${kind}`;
}

/** Lazily, so that the text of one chunk at a time is in memory. Copies that are too big are left out. */
function* chunksOf(kind: string, copies: readonly KeyedCopy[]): Generator<ScriptCall[]> {
  let chunk: ScriptCall[] = [];
  let bytes = 0;
  for (const copy of copies) {
    const text = encodeCopy(copy);
    if (text === null) continue;
    chunk.push({ key: placeOf(kind, copy.key), args: [copy.version, text, keptForSeconds] });
    bytes += text.length;
    if (chunk.length < chunkCopies && bytes < chunkBytes) continue;
    yield chunk;
    [chunk, bytes] = [[], 0];
  }
  if (chunk.length > 0) yield chunk;
}
