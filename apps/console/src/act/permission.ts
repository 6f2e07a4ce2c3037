import type { Session } from '../session/session-context.js';
import { texts } from './act.texts.js';

type Scope = NonNullable<Session['scopes']>[number];

/** Who may do an act on a tenant, as the API decides it. */
export interface ActRule {
  /** The scope that opens the act to a restricted key, or several of which one is enough. */
  readonly scope?: Scope | readonly Scope[];
  /** True if platform admins may do it, too. */
  readonly isForPlatform?: boolean;
  /** True if every role of the tenant may do it. */
  readonly isForMembers?: boolean;
  /** True if it changes nothing and asks no model, so that a suspended tenant may do it. */
  readonly onlyReads?: boolean;
}

/** What a suspended tenant may not do, for its own people. */
export const suspendedReason = texts.refused.suspended;

/** Why the session may not do an act, as a sentence for a person; null if it may. The API decides again when the act is sent. */
export function reasonAgainst(session: Session, rule: ActRule = {}): string | null {
  if (session.role.startsWith('platform_')) return reasonAgainstPlatform(session, rule);
  if (session.role === 'member' && rule.isForMembers !== true) return texts.refused.member;
  if (session.tenant_status === 'suspended' && rule.onlyReads !== true) return suspendedReason;
  return reasonOfScopes(session.scopes, [rule.scope ?? []].flat());
}

function reasonOfScopes(granted: Session['scopes'], scopes: readonly Scope[]): string | null {
  if (granted === null || scopes.some((scope) => granted.includes(scope))) return null;
  return scopes.length === 0 ? texts.refused.scopes : texts.refused.scope(scopes);
}

/** Why the session may not change a configuration or ask for a change of it; null if it may do one of them. */
export function reasonAgainstChange(session: Session): string | null {
  return reasonAgainst(session, { scope: ['config:propose', 'config:write'], isForPlatform: true });
}

function reasonAgainstPlatform({ role }: Session, { isForPlatform }: ActRule): string | null {
  if (isForPlatform !== true) return texts.refused.platform;
  return role === 'platform_admin' ? null : texts.refused.platformReader;
}
