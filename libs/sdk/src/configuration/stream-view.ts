import { type Configuration, asConfiguration } from '../api/settings.js';
import { type Candidate, type ServiceSource, unquoteEtag } from './candidate.js';
import type { HeldConfiguration } from './configuration-store.js';

/** One event of `GET /v1/config/stream`. */
export interface StreamEvent {
  readonly event: string;
  /** `<version>-<hash>` */
  readonly id: string | null;
  readonly data: string;
}

interface Patch {
  readonly version: number;
  readonly etag: string;
  readonly changes: readonly { readonly field: string; readonly to: unknown }[];
}

/**
 * What one stream has said so far. A patch is relative to the event before it, which need not be what the client holds: a load may
 * have brought a later version.
 */
export class StreamView {
  private configuration: Configuration | null = null;
  private serviceSource: ServiceSource = 'live';

  /** A new stream begins. `resumed` is what its `Last-Event-ID` named. */
  open(serviceSource: ServiceSource, resumed: HeldConfiguration | null): void {
    this.serviceSource = serviceSource;
    this.configuration = resumed?.configuration ?? null;
  }

  /** Whether the stream has said nothing yet about the configuration. */
  get isEmpty(): boolean {
    return this.configuration === null;
  }

  /** Whether this is what the stream has said last. */
  isLatest(held: HeldConfiguration | null): boolean {
    return held !== null && held.configuration === this.configuration;
  }

  /** Applies a `put` or a `patch`. Null when the event cannot be used; then only a new stream with a `put` helps. */
  apply({ event, id, data }: StreamEvent): Candidate | null {
    const body = parseJson(data);
    return event === 'put' ? this.put(body, id) : this.patch(body);
  }

  private put(body: unknown, id: string | null): Candidate | null {
    const configuration = asConfiguration(body);
    if (configuration === null) return null;
    this.configuration = configuration;
    return { configuration, etag: id && unquoteEtag(id), serviceSource: this.serviceSource };
  }

  private patch(body: unknown): Candidate | null {
    if (this.configuration === null || !isPatch(body)) return null;
    const changes = body.changes.map(({ field, to }): [string, unknown] => [field, to]);
    // Not by assignment: a field could have the name of a setter, such as __proto__.
    const configuration = { ...this.configuration, ...Object.fromEntries(changes), version: body.version };
    this.configuration = configuration;
    // A replica that publishes a change knows it from its database.
    this.serviceSource = 'live';
    return { configuration, etag: unquoteEtag(body.etag), serviceSource: 'live' };
  }
}

function isPatch(body: unknown): body is Patch {
  if (typeof body !== 'object' || body === null) return false;
  const { version, etag, changes } = body as Partial<Patch>;
  const hasHead = Number.isSafeInteger(version) && typeof etag === 'string';
  return hasHead && Array.isArray(changes) && changes.every((change) => typeof change?.field === 'string');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
