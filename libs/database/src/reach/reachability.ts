type Listener = (isUp: boolean) => void;

interface State {
  readonly isUp: boolean;
  readonly since: Date;
  /** Why it is away, in plain words that name no host; null while it is there. */
  readonly reason: string | null;
}

/**
 * Whether the database can be reached, as far as this process knows. On its own it says of a database within the process that
 * it can, always; `ServerWatch` watches a server.
 *
 * ```ts
 * database.reachability.onChange((isUp) => (isUp ? catchUp() : serveWhatIsHeld()));
 * ```
 */
export class Reachability {
  private readonly listeners: Listener[] = [];
  private state: State;

  constructor(reason: string | null = null) {
    this.state = { isUp: reason === null, since: new Date(), reason };
  }

  get isUp(): boolean {
    return this.state.isUp;
  }

  /** When it came or went. */
  get since(): Date {
    return this.state.since;
  }

  get reason(): string | null {
    return this.state.reason;
  }

  /** Called when it comes and when it goes, and not for how it is now. */
  onChange(listener: Listener): void {
    this.listeners.push(listener);
  }

  /** Looks now, rather than at the next round: whether it is up. Never rejects. */
  confirm(): Promise<boolean> {
    return Promise.resolve(this.isUp);
  }

  /** True when the failure says that the database is away: then it is taken for away until it was asked again. */
  noteFailure(_error: unknown): boolean {
    return false;
  }

  protected become(reason: string | null): void {
    const isUp = reason === null;
    const hasChanged = isUp !== this.isUp;
    this.state = { isUp, since: hasChanged ? new Date() : this.since, reason };
    if (hasChanged) for (const listener of this.listeners) listener(isUp);
  }
}
