import type { Principal } from '#tenancy';
import type { Action, AuthorRole, NextConfiguration } from '../configuration.repository.js';
import type { CompiledConfiguration, Parts } from '../read/compiled-configuration.js';
import type { ChangeRequest } from '../requests/change-request.js';
import type { AcceptedVersions } from './version-check.js';

/** A change on its way through the door. */
export interface Change {
  readonly tenantId: string;
  readonly author: Principal;
  readonly accepted: AcceptedVersions;
  readonly force: boolean;
  readonly reason: string | null;
  /** Whether the tenant's golden questions must pass first. */
  readonly gate: boolean;
  readonly bulkId?: string;
  /** Who counts as having set the settings, where that is not the author's role. */
  readonly setBy?: 'code' | 'tenant_admin';
  /** The change was approved already: it does not become a request again. */
  readonly isApproved?: true;
}

/** What stands after the change, and how the history will name it. */
export interface Next extends NextConfiguration {
  readonly action: Action;
  /** The version that a rollback goes back to. */
  readonly fromVersion: number | null;
}

/** Decides what stands after the change. No transaction is open. */
export type Planner = (parts: Parts) => Next | Promise<Next>;

/** A change that was found valid, before anything is written. */
export interface Proposal {
  /** As they are now; `parts.stored` is the base. */
  readonly parts: Parts;
  readonly next: Next;
}

/** What became of a change: the configuration after it, or the request that waits for approval in its place. */
export type Outcome = { readonly configuration: CompiledConfiguration } | { readonly request: ChangeRequest };

/** The parts as they would be after the change. */
export function partsAfter({ parts, next }: Proposal): Parts {
  const { settings, override_allowed } = next;
  return { ...parts, stored: { ...parts.stored, settings, override_allowed } };
}

/** The role that the history names for the credential. */
export function authorRole({ role }: Principal): AuthorRole {
  return role === 'platform_admin' ? 'platform_admin' : 'tenant_admin';
}
