/** Calls a route that may be at one of several addresses of a server. The first address that answers is the only one from then on. */
export class RouteFinder {
  /** @param isMissing True for a failure which says that the server does not have the route at this address. */
  constructor(
    private urls: readonly string[],
    private readonly isMissing: (error: unknown) => boolean,
  ) {}

  /**
   * The answer of the first address that has the route.
   *
   * @throws what `request` throws; if no address has the route, the failure of the first one
   */
  async call<T>(request: (url: string) => Promise<T>): Promise<T> {
    const failures: unknown[] = [];
    for (const url of this.urls) {
      try {
        const answer = await request(url);
        this.urls = [url];
        return answer;
      } catch (error) {
        if (!this.isMissing(error)) throw error;
        failures.push(error);
      }
    }
    throw failures[0];
  }
}
