type NoticeWriter = (lines: readonly string[]) => void;

/**
 * Something that a module wants an operator to see: a key that was made, where to go. Each line is shown once: when the service
 * listens, or at once if it listens already.
 */
export class StartupNotices {
  private pending: string[] = [];
  private write: NoticeWriter = (lines) => this.pending.push(...lines);

  add(lines: readonly string[]): void {
    if (lines.length > 0) this.write(lines);
  }

  /** What there is so far, which is the taker's to show; what comes later goes to `show`. */
  takePending(write: NoticeWriter): string[] {
    this.write = write;
    return this.pending.splice(0);
  }
}
