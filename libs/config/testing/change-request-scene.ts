import { DomainError } from '#kernel';
import type { Principal } from '#http';
import { PatchConfigurationService } from '../src/change/patch-configuration.service.js';
import type { StoredConfiguration } from '../src/storage/configuration.repository.js';
import type { CompiledConfiguration } from '../src/compile/compiled-configuration.js';
import type { ChangeRequest } from '../src/change/change-request.js';
import { ChangeRequestsService } from '../src/approvals/change-requests.service.js';
import { DecideChangeRequestService } from '../src/approvals/decisions/decide-change-request.service.js';
import { type ConfigServices, anAuthor, startConfigServices } from './config-services.js';
import type { TestStore } from './test-stores.js';

/** A platform admin who makes no requests, and so may decide on all. */
export const neutralApprover: Principal = {
  actor: 'key:approver',
  subject: 'approver',
  role: 'platform_admin',
  tenantId: null,
};

/** All requests on one page. */
export const firstPage = { limit: 200, cursor: undefined, state: null, bulkId: null };

/** Tenants whose changes need approval, and what the tests do with their requests. */
export class ChangeRequestScene {
  private count = 0;

  private constructor(
    readonly store: TestStore,
    readonly services: ConfigServices,
  ) {}

  static async open(openStore: () => Promise<TestStore>): Promise<ChangeRequestScene> {
    const store = await openStore();
    return new ChangeRequestScene(store, await startConfigServices(store.database));
  }

  get requests(): ChangeRequestsService {
    return this.services.get(ChangeRequestsService);
  }

  /** A tenant at version 1, or at version 2 with own settings. */
  async createTenant(settings: object = {}): Promise<string> {
    const id = `tenant-${(this.count += 1)}`;
    const { database } = this.store;
    const insert = `INSERT INTO tenants (tenant_id, name, plan, approval_required) VALUES ($1, 'Tenant', 'pro', true)`;
    const update = 'UPDATE tenant_configurations SET settings = $2::jsonb WHERE tenant_id = $1';
    const values = [id, JSON.stringify(settings)];
    await database.asPlatform(id, () => database.query(insert, [id]));
    await database.asTenant(id, () => database.query(update, values), {
      actor: 'key:first',
      role: 'tenant_admin',
    });
    return id;
  }

  /** Runs SQL with the platform's role for one tenant. */
  runSql(tenantId: string, sql: string): Promise<unknown[]> {
    return this.store.database.asPlatform(tenantId, () => this.store.database.query(sql));
  }

  /** @throws Error when the change needs no approval. */
  async requestChange(tenantId: string, patch: object, author = anAuthor(tenantId)): Promise<ChangeRequest> {
    const command = { tenantId, author, acceptedVersions: null };
    const outcome = await this.services.get(PatchConfigurationService).patch(command, patch);
    if ('request' in outcome) return outcome.request;
    throw new Error('The change was made.');
  }

  forcePatch(tenantId: string, patch: object): Promise<CompiledConfiguration> {
    const forced = { ...patch, force: true, reason: 'an emergency' };
    return this.services.patch(anAuthor(tenantId, 'platform_admin'), forced);
  }

  approve(
    id: string,
    { comment = null as string | null, by = neutralApprover } = {},
  ): Promise<ChangeRequest> {
    return this.services.get(DecideChangeRequestService).approve({ id, approver: by, comment });
  }

  reject(id: string, by = neutralApprover): Promise<ChangeRequest> {
    return this.services.get(DecideChangeRequestService).reject({ id, approver: by, comment: 'no' });
  }

  withdraw(tenantId: string, id: string): Promise<ChangeRequest> {
    return this.requests.withdraw(tenantId, id, anAuthor(tenantId));
  }

  async storedConfiguration(tenantId: string): Promise<StoredConfiguration> {
    return (await this.services.reader.current(tenantId)).inputs.stored;
  }

  async close(): Promise<void> {
    await this.services.close();
    await this.store.close();
  }
}

/** The error with which the work was refused. */
export async function rejectionOf(work: () => Promise<unknown>): Promise<DomainError> {
  try {
    await work();
  } catch (error) {
    if (error instanceof DomainError) return error;
    throw error;
  }
  throw new Error('Nothing was refused.');
}
