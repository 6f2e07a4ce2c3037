import type { LastKnownGoodStore } from '#cache';

const kind = 'jwks';

/**
 * The keys that any replica fetched last from one URL. They are kept for 24 hours outside of this process, for a replica that starts
 * while the identity provider is down.
 */
export class JwksCopy {
  constructor(
    private readonly store: Pick<LastKnownGoodStore, 'save' | 'find'>,
    private readonly url: string,
  ) {}

  /** Returns at once. A copy that cannot be saved is only missed in an outage. */
  save(keys: readonly object[], fetchedAt: number): void {
    void this.store.save(kind, [{ key: this.url, version: Math.floor(fetchedAt), value: keys }]);
  }

  /** Undefined when there is none. What it returns is JSON, and nothing else is sure. */
  async find(): Promise<unknown> {
    return (await this.store.find(kind, [this.url])).get(this.url)?.value;
  }
}
