import type { ApiClient, RequestHeaders } from './api-client.js';

/** What a browser and the console add to every request of a page of the service. */
export const consoleHeaders: RequestHeaders = { 'sec-fetch-site': 'same-origin', 'attune-console': '1' };

/** A browser that has signed in. */
export interface ConsoleSession {
  /** Sends the cookie, and what shows that a page of the service asks. */
  readonly client: ApiClient;
  /** `name=value`. */
  readonly cookie: string;
  /** The whole `Set-Cookie` of the sign-in. */
  readonly setCookie: string;
}

let count = 0;

/**
 * Signs in as a browser does. Each call comes from an address of its own, unless `headers` names one: the tries of an address are limited.
 *
 * @throws Error when the sign-in is refused.
 */
export async function signIn(
  api: ApiClient,
  credential: { readonly api_key: string } | { readonly code: string },
  headers: RequestHeaders = {},
): Promise<ConsoleSession> {
  const address = `10.1.${Math.floor((count += 1) / 250)}.${count % 250}`;
  const browser = api.as(null).with({ ...consoleHeaders, 'x-forwarded-for': address, ...headers });
  const answer = await browser.post('/v1/session', credential);
  const setCookie = answer.headers.get('set-cookie');
  if (answer.status !== 204 || setCookie === null)
    throw new Error(`The sign-in was refused: ${answer.status} ${JSON.stringify(answer.body)}`);
  const cookie = setCookie.split(';')[0]!;
  return { client: api.as(null).with({ ...consoleHeaders, cookie }), cookie, setCookie };
}
