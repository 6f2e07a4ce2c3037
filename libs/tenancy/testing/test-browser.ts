/** What a browser got at the end of all redirects. */
export interface BrowserAnswer {
  readonly url: URL;
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

interface BrowserRequest {
  readonly method?: 'GET' | 'POST';
  readonly form?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** The browser stops before it follows a redirect to this. */
  readonly stopAt?: (url: URL) => boolean;
}

const maxRedirects = 20;

/** The part of a browser that a sign-in needs: it follows redirects, keeps cookies by origin, and sends forms. */
export class TestBrowser {
  private readonly cookies = new Map<string, Map<string, string>>();
  /** Every `Set-Cookie`, in the order in which they came. */
  readonly setCookies: string[] = [];

  async open(url: string | URL, request: BrowserRequest = {}): Promise<BrowserAnswer> {
    let next = new URL(url);
    for (let hop = 0; hop < maxRedirects; hop += 1) {
      const answer = await this.send(next, hop === 0 ? request : { headers: request.headers ?? {} });
      const location = answer.headers.get('location');
      if (location === null) return answer;
      next = new URL(location, next);
      if (request.stopAt?.(next)) return { ...answer, url: next };
    }
    throw new Error('The redirects do not end.');
  }

  private async send(
    url: URL,
    { method = 'GET', form, headers = {} }: BrowserRequest,
  ): Promise<BrowserAnswer> {
    const response = await fetch(url, {
      method,
      redirect: 'manual',
      headers: { accept: 'text/html', ...headers, cookie: this.cookieHeader(url) },
      ...(form && { body: new URLSearchParams(form) }),
    });
    this.store(url, response.headers.getSetCookie());
    return { url, status: response.status, headers: response.headers, text: await response.text() };
  }

  /** The cookies of an origin, as the header. */
  cookieHeader({ origin }: URL): string {
    return [...(this.cookies.get(origin) ?? [])].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  /** Another browser with the same cookies. */
  clone(): TestBrowser {
    const clone = new TestBrowser();
    for (const [origin, jar] of this.cookies) clone.cookies.set(origin, new Map(jar));
    return clone;
  }

  /** As if the browser had got the cookies of one origin from another. */
  copyCookies(from: URL, to: URL): void {
    this.cookies.set(to.origin, new Map(this.cookies.get(from.origin)));
  }

  private store({ origin }: URL, setCookies: readonly string[]): void {
    const jar = this.cookies.get(origin) ?? new Map<string, string>();
    this.cookies.set(origin, jar);
    for (const setCookie of setCookies) {
      this.setCookies.push(setCookie);
      const [pair = ''] = setCookie.split(';');
      const [name = '', ...value] = pair.split('=');
      if (/Max-Age=0|expires=Thu, 01 Jan 1970/i.test(setCookie)) jar.delete(name);
      else jar.set(name, value.join('='));
    }
  }
}
