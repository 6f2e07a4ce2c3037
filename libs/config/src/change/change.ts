import type { Principal } from '#tenancy';
import type { ChangeAction, AuthorRole, ConfigurationContent } from '../storage/configuration.repository.js';
import type { CompiledConfiguration, ConfigurationInputs } from '../compile/compiled-configuration.js';
import type { ChangeRequest } from './change-request.js';
import type { SettingName } from '#settings';
import type { AcceptedVersions } from './version-check.js';

/** A change on its way through the door. */
export interface ChangeCommand {
  readonly tenantId: string;
  readonly author: Principal;
  readonly acceptedVersions: AcceptedVersions;
  readonly force: boolean;
  readonly reason: string | null;
  /** Whether the tenant's golden questions must pass first. */
  readonly gate: boolean;
  readonly bulkId?: string;
  /** Who counts as having set the settings, where that is not the author's role. */
  readonly setBy?: 'code' | 'tenant_admin';
  /** The change is to wait for approval even where the tenant's policy asks for none. */
  readonly isApprovalRequested?: true;
  /** A platform admin approved the change: it does not become a request again, and the platform's transaction makes it. */
  readonly isApproved?: true;
  /** Runs in the change's transaction when it is written: what has to come true with it or not at all. */
  readonly onWritten?: (version: number) => Promise<void>;
}

/** What stands after the change, and how the history will name it. */
export interface NextConfiguration extends ConfigurationContent {
  readonly action: ChangeAction;
  /** The version that a rollback goes back to. */
  readonly fromVersion: number | null;
  /** Of an apply: which settings the file names, and whether its owning them is a change by itself. */
  readonly file?: { readonly names: readonly SettingName[]; readonly changesOwners: boolean };
}

/** Decides what stands after the change. No transaction is open. */
export type NextConfigurationBuilder = (
  parts: ConfigurationInputs,
) => NextConfiguration | Promise<NextConfiguration>;

/** A change that was found valid, before anything is written. */
export interface ValidatedChange {
  /** As they are now; `parts.stored` is the base. */
  readonly inputs: ConfigurationInputs;
  readonly next: NextConfiguration;
}

/** What became of a change: the configuration after it, or the request that waits for approval in its place. */
export type ChangeOutcome =
  { readonly configuration: CompiledConfiguration } | { readonly request: ChangeRequest };

/** The role that the history names for the credential. */
export function toAuthorRole({ role }: Principal): AuthorRole {
  return role === 'platform_admin' ? 'platform_admin' : 'tenant_admin';
}

/**
 * Takes a change that needs approval. The folder `approvals` fills this port, and `AppModule` binds it.
 *
 * ```ts
 * const request = await approvals.open(command, { inputs, next });
 * request.state; // 'pending'
 * ```
 */
export abstract class ApprovalQueue {
  /**
   * Stores the change as a pending request; the configuration stays as it is.
   *
   * @throws ConflictError when the tenant has too many pending requests.
   * @throws TenantNotFoundError when the tenant was deleted meanwhile.
   */
  abstract open(command: ChangeCommand, validated: ValidatedChange): Promise<ChangeRequest>;
}
