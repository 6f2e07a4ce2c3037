type NoticeWriter = (lines: readonly string[]) => void;

/**
 * Lines that a module wants to show to the operator at start, such as a key that it created. Each line is printed once: when the
 * service listens, or immediately if it listens already.
 */
export class StartupNotices {
  private pending: string[] = [];
  private write: NoticeWriter = (lines) => this.pending.push(...lines);

  /** Adds lines; they are printed in the order in which they were added. */
  add(lines: readonly string[]): void {
    if (lines.length > 0) this.write(lines);
  }

  /** Returns the lines so far, which the caller prints. Later lines go to `write` as soon as they are added. */
  takePending(write: NoticeWriter): string[] {
    this.write = write;
    return this.pending.splice(0);
  }
}
