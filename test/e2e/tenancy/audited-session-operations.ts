import { type ApiClient, signIn } from '#testing';
import type { TestTenant } from '../../app/test-app.js';
import type { AuditedOperation } from './operation-runner.js';

/** Browsers of a tenant's admin who have signed in. */
export interface SignedInBrowsers {
  readonly signingOut: ApiClient;
  /** Ids of sessions. */
  readonly endedByOwner: string;
  readonly endedByPlatform: string;
}

export async function signInBrowsers({ admin, adminKey }: TestTenant): Promise<SignedInBrowsers> {
  const open = () => signIn(admin, { api_key: adminKey });
  const [signingOut, byOwner, byPlatform] = [await open(), await open(), await open()];
  const idOf = ({ cookie }: { cookie: string }) => cookie.split('=')[1]!.split('.')[0]!;
  return { signingOut: signingOut.client, endedByOwner: idOf(byOwner), endedByPlatform: idOf(byPlatform) };
}

/** The acts on sessions. The last one ends the session that the first one opens. */
export function sessionOperations(
  { signingOut, endedByOwner, endedByPlatform }: SignedInBrowsers,
  { admin, adminKey }: TestTenant,
  platform: ApiClient,
): AuditedOperation[] {
  const expectedActions = ['session.revoke'];
  return [
    {
      operation: 'post /v1/session',
      expectedActions: ['session.create'],
      client: admin.as(null),
      body: { api_key: adminKey },
    },
    { operation: 'delete /v1/session', expectedActions, client: signingOut },
    {
      operation: 'delete /v1/sessions/{id}',
      expectedActions,
      client: admin,
      pathParameters: { id: endedByOwner },
    },
    {
      operation: 'delete /v1/platform/sessions/{id}',
      expectedActions,
      client: platform,
      pathParameters: { id: endedByPlatform },
    },
    {
      operation: 'delete /v1/platform/sessions',
      expectedActions,
      client: platform,
      search: '?tenant_id=acme',
    },
  ];
}
