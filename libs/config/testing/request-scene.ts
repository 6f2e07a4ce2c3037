import { DomainError } from '#kernel';
import type { Principal } from '#tenancy';
import { PatchConfiguration } from '../src/change/patch-configuration.service.js';
import type { StoredConfiguration } from '../src/configuration.repository.js';
import type { CompiledConfiguration } from '../src/read/compiled-configuration.js';
import type { ChangeRequest } from '../src/requests/change-request.js';
import { ChangeRequests } from '../src/requests/change-requests.service.js';
import { DecideRequest } from '../src/requests/decide-request.service.js';
import { type ConfigServices, anAuthor, startConfigServices } from './config-services.js';
import type { Store } from './stores.js';

/** A platform admin who asks for nothing, and so may decide on everything. */
export const approver: Principal = {
  actor: 'key:approver',
  subject: 'approver',
  role: 'platform_admin',
  tenantId: null,
};

/** Every request, on one page. */
export const allRequests = { limit: 200, cursor: undefined, state: null, bulkId: null };

/** Tenants whose changes need approval, and what is done to their requests. */
export class RequestScene {
  private count = 0;

  private constructor(
    readonly store: Store,
    readonly services: ConfigServices,
  ) {}

  static async open(openStore: () => Promise<Store>): Promise<RequestScene> {
    const store = await openStore();
    return new RequestScene(store, await startConfigServices(store.database));
  }

  get requests(): ChangeRequests {
    return this.services.get(ChangeRequests);
  }

  /** At version 1, or at 2 with settings that it set itself. */
  async aTenant(settings: object = {}): Promise<string> {
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

  /** As the platform's role, about one tenant. */
  run(tenantId: string, sql: string): Promise<unknown[]> {
    return this.store.database.asPlatform(tenantId, () => this.store.database.query(sql));
  }

  /** @throws Error when the change does not wait. */
  async asked(tenantId: string, patch: object, author = anAuthor(tenantId)): Promise<ChangeRequest> {
    const order = { tenantId, author, accepted: null };
    const outcome = await this.services.get(PatchConfiguration).patch(order, patch);
    if ('request' in outcome) return outcome.request;
    throw new Error('The change was made.');
  }

  force(tenantId: string, patch: object): Promise<CompiledConfiguration> {
    const forced = { ...patch, force: true, reason: 'an emergency' };
    return this.services.patch(anAuthor(tenantId, 'platform_admin'), forced);
  }

  approve(id: string, { comment = null as string | null, by = approver } = {}): Promise<ChangeRequest> {
    return this.services.get(DecideRequest).approve({ id, approver: by, comment });
  }

  reject(id: string, by = approver): Promise<ChangeRequest> {
    return this.services.get(DecideRequest).reject({ id, approver: by, comment: 'no' });
  }

  withdraw(tenantId: string, id: string): Promise<ChangeRequest> {
    return this.requests.withdraw(tenantId, id, anAuthor(tenantId));
  }

  async stored(tenantId: string): Promise<StoredConfiguration> {
    return (await this.services.reader.current(tenantId)).parts.stored;
  }

  async close(): Promise<void> {
    await this.services.close();
    await this.store.close();
  }
}

/** What the work was refused with. */
export async function refusalOf(work: () => Promise<unknown>): Promise<DomainError> {
  try {
    await work();
  } catch (error) {
    if (error instanceof DomainError) return error;
    throw error;
  }
  throw new Error('Nothing was refused.');
}
