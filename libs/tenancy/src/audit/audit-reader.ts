import { Injectable } from '@nestjs/common';
import { Database, allTenants } from '#database';
import { type Page, decodeCursor, toPage, isIntegerString } from '#http';
import { type FieldError, InvalidInputError } from '#kernel';
import { type AuditFilter, type AuditPosition, AuditRepository, type AuditRow } from './audit.repository.js';
import type { AuditQuery } from './audit.request.js';
import type { AuditEntryResponse } from './audit.response.js';

/** Entries that an export reads at a time. */
const exportPageSize = 500;

/**
 * Reads the log of administrative acts (specification §5.5). The database writes it: `attune_audit` of migration 0008 adds the trigger
 * to a table, and names the kind, key and actions of its entries.
 */
@Injectable()
export class AuditReader {
  constructor(
    private readonly database: Database,
    private readonly repository: AuditRepository,
  ) {}

  /**
   * One page of matching entries, newest first.
   *
   * @throws InvalidInputError when `from` is after `to`.
   */
  async list(query: AuditQuery): Promise<Page<AuditEntryResponse>> {
    const rows = await this.readRows(parseFilter(query), query.limit + 1, parsePosition(query));
    return toPage(rows, query.limit, { item: toResponse, keys: positionOfRow });
  }

  /** @throws InvalidInputError when `from` is after `to`. */
  assertValid(query: Partial<AuditQuery>): void {
    parseFilter(query);
  }

  /**
   * All matching entries, newest first, as lines of JSON, 500 entries a chunk. Only one chunk is in memory, and no transaction
   * stays open while a slow client reads. The first chunk is read before this returns, so that an invalid query or a
   * database failure still gets an error response.
   *
   * @throws InvalidInputError when `from` is after `to`.
   */
  async export(query: AuditQuery): Promise<AsyncIterable<string>> {
    const filter = parseFilter(query);
    const firstRows = await this.readRows(filter, exportPageSize, parsePosition(query));
    return this.streamLines(filter, firstRows);
  }

  private async *streamLines(filter: AuditFilter, firstRows: readonly AuditRow[]): AsyncGenerator<string> {
    for (let rows = firstRows; rows.length > 0;) {
      yield rows.map((row) => `${JSON.stringify(toResponse(row))}\n`).join('');
      rows =
        rows.length < exportPageSize
          ? []
          : await this.readRows(filter, exportPageSize, positionOfRow(rows.at(-1)!));
    }
  }

  private readRows(filter: AuditFilter, limit: number, after: AuditPosition | null): Promise<AuditRow[]> {
    return this.database.listAsPlatform(allTenants, () => this.repository.list(filter, limit, after));
  }
}

function parseFilter({ actor, tenant_id: tenantId, action, from, to }: Partial<AuditQuery>): AuditFilter {
  const [start, end] = [parseTimestamp(from), parseTimestamp(to)];
  if (start !== undefined && end !== undefined && start > end)
    throw new InvalidInputError([reversedRangeError('from', from), reversedRangeError('to', to)]);
  return { actor, tenantId, action, from: start, to: end };
}

function parseTimestamp(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Date.parse(text);
}

function reversedRangeError(field: string, value: unknown): FieldError {
  return { field, rule: 'combination', message: 'from must not be after to.', value };
}

function positionOfRow({ at_us: at, id }: AuditRow): AuditPosition {
  return [at, String(id)];
}

function parsePosition({ cursor }: AuditQuery): AuditPosition | null {
  return cursor === undefined ? null : decodeCursor(cursor, isIntegerString, isIntegerString);
}

function toResponse({ at_us: _microseconds, at, ...entry }: AuditRow): AuditEntryResponse {
  const { id, ...rest } = entry;
  return { id, at: at.toISOString(), ...rest };
}
