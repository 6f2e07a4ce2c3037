import type { Session } from '../session/session-context.js';

type Scope = NonNullable<Session['scopes']>[number];

/** Who may do an act on a tenant, as the API decides it. */
export interface ActRule {
  /** The scope that opens the act to a restricted key. */
  readonly scope?: Scope;
  /** True if platform admins may do it, too. */
  readonly isForPlatform?: boolean;
  /** True if every role of the tenant may do it. */
  readonly isForMembers?: boolean;
}

/** Why the session may not do an act, as a sentence for a person; null if it may. The API decides again when the act is sent. */
export function reasonAgainst(session: Session, rule: ActRule = {}): string | null {
  if (session.role.startsWith('platform_')) return reasonAgainstPlatform(session, rule);
  if (session.role === 'member' && rule.isForMembers !== true)
    return 'Only admins of the tenant may do this. You are a member.';
  return reasonOfScopes(session.scopes, rule.scope);
}

function reasonOfScopes(scopes: Session['scopes'], scope: Scope | undefined): string | null {
  if (scopes === null || (scope !== undefined && scopes.includes(scope))) return null;
  return scope === undefined
    ? 'Your key is restricted to some scopes, and none of them allows this.'
    : `Your key does not have the scope ${scope}.`;
}

function reasonAgainstPlatform({ role }: Session, { isForPlatform }: ActRule): string | null {
  if (isForPlatform !== true) return "Only the tenant's own people may do this. You see it as the platform.";
  return role === 'platform_admin' ? null : 'You may read everything and change nothing (platform reader).';
}
