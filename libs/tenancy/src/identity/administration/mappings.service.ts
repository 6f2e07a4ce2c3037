import { Injectable } from '@nestjs/common';
import { type Author, Database, allTenants } from '#database';
import { Page, type PageQuery, paginateInMemory } from '#http';
import { InvalidInputError } from '#kernel';
import { SessionService } from '../../sessions/session.service.js';
import { type Connection, ConnectionRepository } from '../connections/connection.repository.js';
import type { MappingRequest } from './connection.request.js';
import { type MappingResponse, toMappingResponse } from './connection.response.js';
import { throwNoConnection } from '../connections/connection-rules.js';
import { findMappingErrors, mappingKey, toMappingValues } from './find-mapping-errors.js';
import { type Mapping, MappingRepository } from '../connections/mapping.repository.js';

/** Which claims of a connection give which roles, as platform admins manage them. */
@Injectable()
export class MappingsService {
  constructor(
    private readonly database: Database,
    private readonly connections: ConnectionRepository,
    private readonly repository: MappingRepository,
    private readonly sessions: SessionService,
  ) {}

  /** @throws NotFoundError @throws InvalidInputError when the cursor does not come from this list. */
  async list(connectionId: string, query: PageQuery): Promise<Page<MappingResponse>> {
    const mappings = await this.database.readAsPlatform(allTenants, async () => {
      if ((await this.connections.find(connectionId)) === null) throwNoConnection(connectionId);
      return this.repository.list(connectionId);
    });
    return paginateInMemory(mappings.map(toMappingResponse), query);
  }

  /**
   * Replaces all mappings of a connection. Sessions that a mapping gave end with it.
   *
   * @throws NotFoundError @throws InvalidInputError
   */
  async replace(
    connectionId: string,
    items: readonly MappingRequest[],
    author: Author,
  ): Promise<Page<MappingResponse>> {
    const work = async (): Promise<Mapping[]> => {
      const connection = (await this.connections.lock(connectionId)) ?? throwNoConnection(connectionId);
      await this.assertValid(connection, items);
      await this.write(connection, items, author);
      return this.repository.list(connectionId);
    };
    const mappings = await this.database.asPlatform(allTenants, work, author);
    return new Page(mappings.map(toMappingResponse), null);
  }

  private async assertValid({ tenant_id: own }: Connection, items: readonly MappingRequest[]): Promise<void> {
    const ids = items.flatMap(({ tenant_id: tenantId }) => tenantId ?? []);
    const unknown = await this.connections.findUnknownTenants(ids);
    const errors = findMappingErrors(items, own, unknown);
    if (errors.length > 0) throw new InvalidInputError(errors);
  }

  /** A mapping that is equal to a stored one stays, and so do its sessions. */
  private async write(
    connection: Connection,
    items: readonly MappingRequest[],
    author: Author,
  ): Promise<void> {
    const stored = await this.repository.list(connection.id);
    const wanted = toMappingValues(items, connection.tenant_id);
    const removed = without(stored, wanted);
    const added = without(wanted, stored);
    if (removed.length > 0) await this.repository.delete(removed.map(({ id }) => id));
    if (added.length > 0) await this.repository.insert(connection.id, added);
    // Without mappings the claims of the environment's provider counted.
    if (stored.length === 0 && added.length > 0)
      await this.sessions.end({ connection: connection.id }, author);
    for (const { role, tenant_id: tenantId } of removed)
      await this.sessions.end({ connection: connection.id, role, tenantId }, author);
  }
}

type MappingLike = Parameters<typeof mappingKey>[0];

function without<T extends MappingLike>(mappings: readonly T[], others: readonly MappingLike[]): T[] {
  const keys = new Set(others.map(mappingKey));
  return mappings.filter((mapping) => !keys.has(mappingKey(mapping)));
}
