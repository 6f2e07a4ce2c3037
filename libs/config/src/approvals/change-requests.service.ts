import { Injectable } from '@nestjs/common';
import { Database, allTenants } from '#database';
import { type Page, decodeCursor, toPage, isTimestamp, type Principal } from '#http';
import { ConflictError, NotFoundError, isObjectId } from '#kernel';
import type { ChangeRequest } from '../change/change-request.js';
import {
  ChangeRequestRepository,
  type ChangeRequestFilter,
  type StoredChangeRequest,
  toChangeRequest,
} from './change-request.repository.js';

type ChangeRequestSearch = Omit<ChangeRequestFilter, 'before'> & { readonly cursor: string | undefined };

/** Lists change requests, newest first, for their tenant and for the platform; lets a tenant and a platform admin withdraw their own. */
@Injectable()
export class ChangeRequestsService {
  constructor(
    private readonly database: Database,
    private readonly repository: ChangeRequestRepository,
  ) {}

  listForTenant(
    tenantId: string,
    search: Omit<ChangeRequestSearch, 'tenantId'>,
  ): Promise<Page<ChangeRequest>> {
    const filter = toFilter({ ...search, tenantId });
    return this.database.listAsTenant(tenantId, () => this.findPage(filter));
  }

  listAll(search: ChangeRequestSearch): Promise<Page<ChangeRequest>> {
    const filter = toFilter(search);
    return this.database.listAsPlatform(allTenants, () => this.findPage(filter));
  }

  /** The newest pending requests of the tenant. Something may be decided by them, so they are never read from a standby. */
  async findPending(tenantId: string, limit: number): Promise<ChangeRequest[]> {
    const filter = { limit, before: null, state: 'pending', tenantId, bulkId: null } as const;
    const rows = await this.database.readAsPlatform(allTenants, () => this.repository.list(filter));
    return rows.map(toChangeRequest);
  }

  /** @throws NotFoundError when the tenant has no such request. */
  getForTenant(tenantId: string, id: string): Promise<ChangeRequest> {
    return this.database.readAsTenant(tenantId, async () => toChangeRequest(await this.getStored(id)));
  }

  /** @throws NotFoundError */
  get(id: string): Promise<StoredChangeRequest> {
    return this.database.readAsPlatform(allTenants, () => this.getStored(id));
  }

  /**
   * @throws NotFoundError
   * @throws ConflictError when it is decided already, or the platform made it.
   */
  withdraw(tenantId: string, id: string, author: Principal): Promise<ChangeRequest> {
    const work = async (): Promise<ChangeRequest> => {
      const withdrawn = isObjectId(id) ? await this.repository.withdraw(id, author.actor) : null;
      if (withdrawn) return toChangeRequest(withdrawn);
      throw withdrawalError(await this.getStored(id));
    };
    return this.database.asTenant(tenantId, work, author);
  }

  /**
   * Withdraws a request of a platform admin, who alone may do it.
   *
   * @throws NotFoundError
   * @throws ConflictError when it is decided already, or somebody else made it.
   */
  async withdrawOwn(id: string, requester: Principal): Promise<ChangeRequest> {
    const request = await this.get(id);
    if (request.state !== 'pending') throw alreadyDecidedError(request);
    if (request.requested_by !== requester.actor || request.requested_by_role !== 'platform_admin')
      throw changeRequestConflict(
        request,
        'Somebody else made this change request, so you cannot withdraw it. You can reject it.',
      );
    const work = async (): Promise<ChangeRequest> => {
      const withdrawn = await this.repository.withdraw(id, requester.actor);
      if (withdrawn) return toChangeRequest(withdrawn);
      throw alreadyDecidedError(await this.getStored(id));
    };
    return this.database.asPlatform(request.tenant_id, work, requester);
  }

  private async findPage(filter: ChangeRequestFilter): Promise<Page<ChangeRequest>> {
    const rows = await this.repository.list({ ...filter, limit: filter.limit + 1 });
    return toPage(rows, filter.limit, { item: toChangeRequest, keys: ({ position, id }) => [position, id] });
  }

  private async getStored(id: string): Promise<StoredChangeRequest> {
    const request = isObjectId(id) ? await this.repository.find(id) : null;
    if (!request) throw new NotFoundError('There is no such change request.');
    return request;
  }
}

export function alreadyDecidedError(request: StoredChangeRequest): ConflictError {
  return changeRequestConflict(request, `The change request is already ${request.state}.`);
}

/** A conflict whose details are the request's state. */
export function changeRequestConflict(
  { id, state, void_reason }: StoredChangeRequest,
  message: string,
): ConflictError {
  return new ConflictError(message, { id, state, void_reason });
}

function withdrawalError(request: StoredChangeRequest): ConflictError {
  if (request.state !== 'pending') return alreadyDecidedError(request);
  const message =
    'The platform made this change request, so the tenant cannot withdraw it. A platform admin can reject it.';
  return changeRequestConflict(request, message);
}

function toFilter({ cursor, ...rest }: ChangeRequestSearch): ChangeRequestFilter {
  return {
    ...rest,
    before: cursor === undefined ? null : decodeCursor(cursor, isTimestamp, isObjectId),
  };
}
