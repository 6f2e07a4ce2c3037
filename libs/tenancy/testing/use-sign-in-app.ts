import { type ApiClient, type ApiResponse, consoleHeaders } from '#testing';
import { type BrowserAnswer, TestBrowser } from './test-browser.js';
import { TestIdentityProvider, testClient } from './test-identity-provider.js';
import type { TenancyAppOptions } from './tenancy-app.js';
import { type TenancyTestApp, useTenancyApp } from './use-tenancy-app.js';

interface SignInOptions {
  readonly browser?: TestBrowser;
  /** Query parameters of the start. */
  readonly start?: Readonly<Record<string, string>>;
  /** The replica at which it starts. */
  readonly url?: string;
  readonly stopAt?: (url: URL) => boolean;
}

/** A sign-in as far as a page of the console, or the page of the service that came instead. */
export interface SignIn extends BrowserAnswer {
  readonly browser: TestBrowser;
  /** Asks with the cookies that the browser has got. */
  readonly client: ApiClient;
}

interface ApiMapping {
  readonly claim?: string;
  readonly value: string;
  readonly role: string;
  readonly tenant_id?: string;
}

/** A replica, and an identity provider that is its connection of the environment. Its members exist inside hooks and tests. */
export interface SignInApp extends TenancyTestApp {
  readonly idp: TestIdentityProvider;
  /** Signs in `idp.account`. */
  signIn(options?: SignInOptions): Promise<SignIn>;
  /** The status of the end, and the session’s principal where there is one. */
  trySignIn(options?: SignInOptions): Promise<{ readonly status: number; readonly principal: unknown }>;
  /** Replaces the mappings of a connection. */
  map(connection: string, ...mappings: readonly ApiMapping[]): Promise<ApiResponse<unknown>>;
}

/** Starts an identity provider and a replica that knows it, and stops them after the tests. */
export function useSignInApp(env: NonNullable<TenancyAppOptions['env']> = {}): SignInApp {
  let idp: TestIdentityProvider | undefined;
  const app = useTenancyApp({
    env: async () => {
      idp = await TestIdentityProvider.start();
      return { ...environmentOf(idp), ...env };
    },
  });
  beforeAll(() => idp!.setClient(app.platform.url));
  afterAll(() => idp?.stop());
  return Object.defineProperties(app as SignInApp, {
    idp: { get: () => idp },
    signIn: { value: (options?: SignInOptions) => signIn(app, options) },
    trySignIn: { value: (options?: SignInOptions) => trySignIn(app, options) },
    map: {
      value: (connection: string, ...items: readonly ApiMapping[]) =>
        app.platform.put(`/v1/platform/identity/connections/${connection}/mappings`, { items }),
    },
  });
}

/** The variables of a service whose connection this provider is. */
export function environmentOf({ issuer }: TestIdentityProvider): Record<string, string> {
  return {
    OIDC_ISSUER: issuer,
    OIDC_CLIENT_ID: testClient.id,
    OIDC_CLIENT_SECRET: testClient.secret,
    EGRESS_ALLOW: 'loopback',
  };
}

export const wantedPage = '/tenants?q=acme';

async function signIn({ platform }: TenancyTestApp, options: SignInOptions = {}): Promise<SignIn> {
  const { browser = new TestBrowser(), start = {}, url = platform.url, stopAt = isConsole } = options;
  const parameters = new URLSearchParams({ return_to: wantedPage, ...start });
  const answer = await browser.open(`${url}/v1/session/oidc/start?${parameters}`, { stopAt });
  return { ...answer, browser, client: clientOf(platform.as(null), browser) };
}

async function trySignIn(app: TenancyTestApp, options: SignInOptions = {}) {
  const { status, client } = await signIn(app, options);
  const { body } = await client.get('/v1/probe/any');
  return { status, principal: body };
}

/** Asks with the cookies of the browser. */
export function clientOf(api: ApiClient, browser: TestBrowser): ApiClient {
  return api.with({ ...consoleHeaders, cookie: browser.cookieHeader(new URL(api.url)) });
}

function isConsole({ pathname }: URL): boolean {
  return pathname === '/tenants';
}
