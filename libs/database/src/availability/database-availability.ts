type AvailabilityListener = (isUp: boolean) => void;

interface AvailabilityState {
  readonly isAvailable: boolean;
  readonly since: Date;
  /** Why it is away, in plain words that name no host; null while it is there. */
  readonly reason: string | null;
}

/**
 * Whether the database can be reached, as far as this process knows. On its own it says of a database within the process that
 * it can, always; `AvailabilityMonitor` watches a server.
 *
 * ```ts
 * database.reachability.onChange((isUp) => (isUp ? catchUp() : serveWhatIsHeld()));
 * ```
 */
export class DatabaseAvailability {
  private readonly listeners: AvailabilityListener[] = [];
  private state: AvailabilityState;

  constructor(reason: string | null = null) {
    this.state = { isAvailable: reason === null, since: new Date(), reason };
  }

  get isAvailable(): boolean {
    return this.state.isAvailable;
  }

  /** When it came or went. */
  get since(): Date {
    return this.state.since;
  }

  get reason(): string | null {
    return this.state.reason;
  }

  /** Called when it comes and when it goes, and not for how it is now. */
  onChange(listener: AvailabilityListener): void {
    this.listeners.push(listener);
  }

  /** Looks now, rather than at the next round: whether it is up. Never rejects. */
  checkNow(): Promise<boolean> {
    return Promise.resolve(this.isAvailable);
  }

  /** True when the failure says that the database is away: then it is taken for away until it was asked again. */
  reportFailure(_error: unknown): boolean {
    return false;
  }

  protected update(reason: string | null): void {
    const isAvailable = reason === null;
    const hasChanged = isAvailable !== this.isAvailable;
    this.state = { isAvailable, since: hasChanged ? new Date() : this.since, reason };
    if (hasChanged) for (const listener of this.listeners) listener(isAvailable);
  }
}
