/**
 * Something that a module wants an operator to see once the service listens: a key that was made, where to go. Providers
 * add themselves in their constructor; the host prints the lines.
 */
export class StartupNotices {
  private readonly sources: (() => readonly string[])[] = [];

  add(source: () => readonly string[]): void {
    this.sources.push(source);
  }

  lines(): string[] {
    return this.sources.flatMap((source) => source());
  }
}
