import { Injectable } from '@nestjs/common';
import { Database, allTenants } from '#database';
import { type Page, decodeCursor, pageOf, isMoment } from '#http';
import { ConflictError, NotFoundError } from '#kernel';
import type { Principal } from '#tenancy';
import type { ChangeRequest } from './change-request.js';
import {
  ChangeRequestRepository,
  type RequestFilter,
  type StoredRequest,
  shownRequest,
} from './change-request.repository.js';

type Search = Omit<RequestFilter, 'before'> & { readonly cursor: string | undefined };

const isRequestId = (id: string): boolean => /^[a-z0-9]{8,32}$/.test(id);

/** Requests as their tenant and the platform see them, newest first, and a tenant's taking one back. */
@Injectable()
export class ChangeRequests {
  constructor(
    private readonly database: Database,
    private readonly repository: ChangeRequestRepository,
  ) {}

  listOf(tenantId: string, search: Omit<Search, 'tenantId'>): Promise<Page<ChangeRequest>> {
    const filter = filterOf({ ...search, tenantId });
    return this.database.readAsTenant(tenantId, () => this.page(filter));
  }

  listAll(search: Search): Promise<Page<ChangeRequest>> {
    const filter = filterOf(search);
    return this.database.readAsPlatform(allTenants, () => this.page(filter));
  }

  /** @throws NotFoundError for another tenant's too. */
  getOf(tenantId: string, id: string): Promise<ChangeRequest> {
    return this.database.readAsTenant(tenantId, async () => shownRequest(await this.found(id)));
  }

  /** @throws NotFoundError */
  get(id: string): Promise<StoredRequest> {
    return this.database.readAsPlatform(allTenants, () => this.found(id));
  }

  /**
   * @throws NotFoundError
   * @throws ConflictError when it is decided already, or was asked by the platform.
   */
  withdraw(tenantId: string, id: string, author: Principal): Promise<ChangeRequest> {
    const work = async (): Promise<ChangeRequest> => {
      const withdrawn = isRequestId(id) ? await this.repository.withdraw(id, author.actor) : null;
      if (withdrawn) return shownRequest(withdrawn);
      throw cannotWithdraw(await this.found(id));
    };
    return this.database.asTenant(tenantId, work, author);
  }

  private async page(filter: RequestFilter): Promise<Page<ChangeRequest>> {
    const rows = await this.repository.list({ ...filter, limit: filter.limit + 1 });
    return pageOf(rows, filter.limit, { item: shownRequest, keys: ({ position, id }) => [position, id] });
  }

  private async found(id: string): Promise<StoredRequest> {
    const found = isRequestId(id) ? await this.repository.find(id) : null;
    if (!found) throw new NotFoundError('There is no such change request.');
    return found;
  }
}

export function alreadyDecided(request: StoredRequest): ConflictError {
  return conflictOver(request, `The change request is ${request.state} already.`);
}

/** The problem says how the request stands. */
export function conflictOver({ id, state, void_reason }: StoredRequest, message: string): ConflictError {
  return new ConflictError(message, { id, state, void_reason });
}

function cannotWithdraw(request: StoredRequest): ConflictError {
  if (request.state !== 'pending') return alreadyDecided(request);
  const message =
    "The platform asked for this change: its admins decide, and the tenant's cannot withdraw it.";
  return conflictOver(request, message);
}

function filterOf({ cursor, ...rest }: Search): RequestFilter {
  return { ...rest, before: cursor === undefined ? null : decodeCursor(cursor, isMoment, isRequestId) };
}
