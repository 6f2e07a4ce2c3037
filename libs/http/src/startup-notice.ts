type Show = (lines: readonly string[]) => void;

/**
 * Something that a module wants an operator to see: a key that was made, where to go. Each line is shown once: when the service
 * listens, or at once if it listens already.
 */
export class StartupNotices {
  private waiting: string[] = [];
  private show: Show = (lines) => this.waiting.push(...lines);

  add(lines: readonly string[]): void {
    if (lines.length > 0) this.show(lines);
  }

  /** What there is so far, which is the taker's to show; what comes later goes to `show`. */
  take(show: Show): string[] {
    this.show = show;
    return this.waiting.splice(0);
  }
}
