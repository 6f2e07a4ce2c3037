import { withTimeout } from '#kernel';
import { RedisScript, type RedisConnection, type ScriptCall } from '#redis';
import type { ChangeBus } from '../bus/change-bus.js';
import {
  LastKnownGoodStore,
  createLastKnownGoodCounters,
  type LastKnownGood,
  type KeyedLastKnownGood,
} from './last-known-good-store.js';
import { decodeLastKnownGood, encodeLastKnownGood, maxEntryBytes } from './last-known-good-codec.js';

const ttlSeconds = 86_400;
const findTimeoutMs = 100;
const saveTimeoutMs = 5_000;
/** Limits of one chunk, so that a bulk update blocks neither Redis nor the connection. */
const maxChunkEntries = 100;
const maxChunkBytes = 512 * 1_024;
/** Limit for all running calls together; further copies are not saved. */
const maxPendingEntries = 20_000;

/**
 * An existing value counts only if it starts like one of our copies, with a version below 2^53; anything else is
 * overwritten, even a key of another type. Of equal versions the last one is kept, because a later release may write
 * another form, except that a deletion is never replaced.
 */
const saveIfNewer = new RedisScript(`
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

/** Keeps copies under the Redis keys `attune:{<key>}:cache:<kind>`. Sends no command while the bus is degraded. */
export class RedisLastKnownGoodStore extends LastKnownGoodStore {
  override readonly counters = createLastKnownGoodCounters();
  private pendingCount = 0;

  constructor(
    private readonly redis: Pick<RedisConnection, 'readAll' | 'runAll'>,
    private readonly bus: Pick<ChangeBus, 'state'>,
  ) {
    super();
  }

  override async save(kind: string, entries: readonly KeyedLastKnownGood[]): Promise<void> {
    const accepted = entries.slice(0, maxPendingEntries - this.pendingCount);
    this.pendingCount += accepted.length;
    const savedCount = await this.saveInChunks(kind, accepted);
    this.pendingCount -= accepted.length;
    this.counters.kept += savedCount;
    this.counters.lost += entries.length - savedCount;
  }

  override async find(kind: string, keys: readonly string[]): Promise<ReadonlyMap<string, LastKnownGood>> {
    const found = new Map<string, LastKnownGood>();
    const distinctKeys = [...new Set(keys)];
    await withTimeout(findTimeoutMs, this.findInChunks(kind, distinctKeys, found)).catch(() => undefined);
    this.counters.found += found.size;
    this.counters.missing += distinctKeys.length - found.size;
    // A chunk that arrives after the time-out must not change the returned map.
    return new Map(found);
  }

  /** Returns how many copies were saved. */
  private async saveInChunks(kind: string, entries: readonly KeyedLastKnownGood[]): Promise<number> {
    const deadline = performance.now() + saveTimeoutMs;
    let savedCount = 0;
    for (const chunk of toChunks(kind, entries)) {
      if (this.bus.state === 'degraded' || performance.now() > deadline) break;
      const replies = await this.redis.runAll(saveIfNewer, chunk);
      savedCount += replies.filter((reply) => typeof reply === 'number').length;
    }
    return savedCount;
  }

  private async findInChunks(
    kind: string,
    keys: readonly string[],
    found: Map<string, LastKnownGood>,
  ): Promise<void> {
    for (let start = 0; start < keys.length && this.bus.state === 'connected'; start += maxChunkEntries) {
      const chunk = keys.slice(start, start + maxChunkEntries);
      const texts = await this.redis.readAll(
        chunk.map((key) => redisKeyOf(kind, key)),
        maxEntryBytes + 1,
      );
      chunk.forEach((key, index) => this.addDecoded(key, texts[index]!, found));
    }
  }

  private addDecoded(key: string, text: string | null | Error, found: Map<string, LastKnownGood>): void {
    if (typeof text !== 'string') return;
    const entry = decodeLastKnownGood(text);
    if (entry === null) this.counters.damaged += 1;
    else found.set(key, entry);
  }
}

/** The hash tag puts all data of one key into the same slot of a cluster. */
function redisKeyOf(kind: string, key: string): string {
  return `attune:{${key}}:cache:${kind}`;
}

/** Lazy, so that the text of only one chunk is in memory. Copies that are too big are left out. */
function* toChunks(kind: string, entries: readonly KeyedLastKnownGood[]): Generator<ScriptCall[]> {
  let chunk: ScriptCall[] = [];
  let bytes = 0;
  for (const entry of entries) {
    const text = encodeLastKnownGood(entry);
    if (text === null) continue;
    chunk.push({ key: redisKeyOf(kind, entry.key), args: [entry.version, text, ttlSeconds] });
    bytes += text.length;
    if (chunk.length < maxChunkEntries && bytes < maxChunkBytes) continue;
    yield chunk;
    [chunk, bytes] = [[], 0];
  }
  if (chunk.length > 0) yield chunk;
}
