import type { Redis } from 'ioredis';
import { closeLink } from './redis-link.js';

export interface SubscriptionHandlers {
  /** One message of the channel. Must not throw. */
  onMessage(message: string): void;
  /**
   * Redis confirmed the subscription: what is published from now on arrives. Called after the first confirmation and
   * again after every lost link; whatever was published in between is gone.
   */
  onReady(): void;
  /** The link of a confirmed subscription is lost. It is made again in the background. */
  onLost(): void;
}

/** One channel on a link of its own, subscribed again after every loss. Made by `RedisConnection.subscribe`. */
export class RedisSubscription {
  private state: 'pending' | 'confirmed' | 'closed' = 'pending';

  constructor(
    private readonly link: Redis,
    private readonly channel: string,
    private readonly handlers: SubscriptionHandlers,
  ) {
    link.on('message', (_channel, message) => this.state !== 'closed' && handlers.onMessage(message));
    link.on('ready', () => this.confirm());
    link.on('close', () => this.lose());
    link.connect().catch(() => undefined);
  }

  /** No handler is called any more. Resolves when the link is closed. */
  close(): Promise<void> {
    this.state = 'closed';
    return closeLink(this.link);
  }

  private confirm(): void {
    this.link.subscribe(this.channel).then(
      () => {
        if (this.state === 'closed') return;
        this.state = 'confirmed';
        this.handlers.onReady();
      },
      // The next link begins afresh; if this one is gone already, the next is on its way.
      () => this.link.status === 'ready' && this.link.disconnect(true),
    );
  }

  private lose(): void {
    if (this.state !== 'confirmed') return;
    this.state = 'pending';
    this.handlers.onLost();
  }
}
