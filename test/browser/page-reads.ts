import type { Page, Route } from 'playwright-core';

type Reply = (route: Route) => Promise<void>;

const isRead = ({ pathname }: URL): boolean => pathname.startsWith('/v1/') && pathname !== '/v1/session';
const pass: Reply = (route) => route.continue();

/** A problem as the API sends it. */
export interface SentProblem {
  readonly status: number;
  readonly [member: string]: unknown;
}

/** Sends a problem in place of the service. */
export async function sendProblem(route: Route, problem: SentProblem): Promise<void> {
  await route.fulfill({
    status: problem.status,
    contentType: 'application/problem+json',
    body: JSON.stringify(problem),
    headers: {
      'x-request-id': String(problem['request_id']),
      ...(problem.status === 503 && { 'retry-after': '2' }),
    },
  });
}

/** What a page gets for its requests: the answers of the service, nothing yet, or a problem. The session is always read. */
export class PageReads {
  private reply: Reply = pass;
  private readonly held: Route[] = [];

  static async of(page: Page): Promise<PageReads> {
    const reads = new PageReads();
    await page.route(isRead, (route) => reads.reply(route));
    return reads;
  }

  /** Holds every answer back until `release`. */
  hold(): void {
    this.reply = async (route) => void this.held.push(route);
  }

  /** Answers every request with the problem until `release`. */
  refuse(problem: SentProblem): void {
    this.reply = (route) => sendProblem(route, problem);
  }

  async release(): Promise<void> {
    this.reply = pass;
    await Promise.all(this.held.splice(0).map(pass));
  }
}
