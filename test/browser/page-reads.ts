import type { Page, Route } from 'playwright-core';

/** A problem as the API sends it. */
export interface SentProblem {
  readonly status: number;
  readonly [member: string]: unknown;
}

/** Sends a problem in place of the service. */
export async function sendProblem(route: Route, problem: SentProblem): Promise<void> {
  await route.fulfill({ body: JSON.stringify(problem), ...toResponse(problem) });
}

function toResponse(problem: SentProblem) {
  const headers = {
    'content-type': 'application/problem+json',
    'x-request-id': String(problem['request_id']),
    ...(problem.status === 503 && { 'retry-after': '2' }),
  };
  return { status: problem.status, headers };
}

/**
 * Holds or answers the requests of a page in the page itself, because a route of Playwright's switches the browser's cache off. The
 * tab's storage has the reply: `hold`, or what a Response is made of.
 */
const controlReads = `{
  const key = 'reply-to-reads';
  const send = globalThis.fetch;
  const held = [];
  const isRead = ({ pathname }) => pathname.startsWith('/v1/') && pathname !== '/v1/session';
  globalThis.fetch = async function fetch(url, init) {
    const reply = sessionStorage.getItem(key);
    if (reply === null || !isRead(new URL(url, location.href))) return send(url, init);
    if (reply !== 'hold') return new Response(...JSON.parse(reply));
    await new Promise((resolve) => held.push(resolve));
    return fetch(url, init);
  };
  globalThis.replyToReads = (reply) => {
    if (reply === null) sessionStorage.removeItem(key);
    else sessionStorage.setItem(key, reply);
    for (const resolve of held.splice(0)) resolve();
  };
}`;

/** What a page gets for its requests: the answers of the service, nothing yet, or a problem. The session is always read. */
export class PageReads {
  private constructor(private readonly page: Page) {}

  /** Loads the page again. */
  static async of(page: Page): Promise<PageReads> {
    await page.addInitScript({ content: controlReads });
    await page.reload();
    return new PageReads(page);
  }

  /** Holds every answer back until another reply is chosen. */
  hold(): Promise<void> {
    return this.reply('hold');
  }

  /** Answers every request with the problem until another reply is chosen. */
  refuse(problem: SentProblem): Promise<void> {
    return this.reply(JSON.stringify([JSON.stringify(problem), toResponse(problem)]));
  }

  release(): Promise<void> {
    return this.reply(null);
  }

  private reply(reply: string | null): Promise<void> {
    return this.page.evaluate(`replyToReads(${JSON.stringify(reply)})`);
  }
}
