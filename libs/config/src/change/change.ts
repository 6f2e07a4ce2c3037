import type { SettingName } from '#settings';
import type { Principal } from '#http';
import type { CompiledConfiguration, ConfigurationInputs } from '../compile/compiled-configuration.js';
import type { AuthorRole, ChangeAction, ConfigurationContent } from '../storage/configuration.repository.js';
import type { ChangeRequest } from './change-request.js';
import type { AcceptedVersions } from './version-conflicts.js';

/** Whose configuration is to change, and the versions that the caller accepts as the base. */
export interface ChangeTarget {
  readonly tenantId: string;
  readonly acceptedVersions: AcceptedVersions;
}

/** One change: the tenant, the author, and the conditions under which it is made. */
export interface ChangeCommand extends ChangeTarget {
  readonly author: Principal;
  readonly force: boolean;
  readonly reason: string | null;
  /** True: the tenant's golden questions must pass first. */
  readonly gate: boolean;
  readonly bulkId?: string;
  /** Who counts as having set the settings, where that is not the author's role. */
  readonly setBy?: 'code' | 'tenant_admin';
  /** The change waits for approval even where the tenant's policy does not require it. */
  readonly isApprovalRequested?: true;
  /** A platform admin approved the change: it does not become a request again, and it is written with the platform's role. */
  readonly isApproved?: true;
  /** Runs in the change's transaction after the write. Its writes commit together with the change, or not at all. */
  readonly onWritten?: (version: number) => Promise<void>;
}

/** A change that was opened: the command, and what the configuration is made of at this moment. */
export interface ChangeDraft<Command extends ChangeTarget = ChangeCommand> {
  readonly command: Command;
  /** `inputs.stored` is the base of the change. There are no overlays: a change is checked against the layers that last. */
  readonly inputs: ConfigurationInputs;
}

/** What is stored after the change, and how the history names the change. */
export interface NextConfiguration extends ConfigurationContent {
  readonly action: ChangeAction;
  /** The version that a rollback restores. */
  readonly fromVersion: number | null;
  /** For a managed file: the settings that the file names, and whether a change of their owner alone makes a version. */
  readonly file?: { readonly names: readonly SettingName[]; readonly changesOwners: boolean };
}

/** The configuration after the change, or the request that now waits for approval. */
export type ChangeOutcome =
  { readonly configuration: CompiledConfiguration } | { readonly request: ChangeRequest };

/** The role that the history shows for this principal: a member of a tenant counts as its admin. */
export function toAuthorRole({ role }: Principal): AuthorRole {
  return role === 'platform_admin' ? 'platform_admin' : 'tenant_admin';
}

/**
 * Takes a change that needs approval. The folder `approvals` fills this port, and `AppModule` binds it.
 *
 * ```ts
 * const request = await approvals.open(draft, next);
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
  abstract open(draft: ChangeDraft, next: NextConfiguration): Promise<ChangeRequest>;
}
