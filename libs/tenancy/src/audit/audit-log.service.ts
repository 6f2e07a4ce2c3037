import { Injectable } from '@nestjs/common';
import { Database, allTenants } from '#database';
import { type Page, decodeCursor, pageOf, isWholeNumber } from '#http';
import { type Fault, InvalidInputError } from '#kernel';
import { type AuditFilter, type AuditPosition, AuditRepository, type AuditRow } from './audit.repository.js';
import type { AuditAnswer, AuditQuery } from './audit.request.js';

/** Entries read at once for an export. */
const exportPage = 500;

/** Every administrative act (SPEC §5.5): the database writes them, platform admins read them. */
@Injectable()
export class AuditLog {
  constructor(
    private readonly database: Database,
    private readonly repository: AuditRepository,
  ) {}

  /**
   * Newest first.
   *
   * @throws InvalidInputError when `from` is after `to`.
   */
  async page(query: AuditQuery): Promise<Page<AuditAnswer>> {
    const rows = await this.rows(filterOf(query), query.limit + 1, positionOf(query));
    return pageOf(rows, query.limit, { item: shown, keys: positionAt });
  }

  /**
   * All that matches, newest first, as lines of JSON, some hundred at a time: no more than that is held in memory, and no
   * transaction stays open while the reader takes its time. The first lines are read before this returns, so that what
   * is wrong with the query or the database is still an answer of its own.
   *
   * @throws InvalidInputError when `from` is after `to`.
   */
  async export(query: AuditQuery): Promise<AsyncIterable<string>> {
    const filter = filterOf(query);
    const first = await this.rows(filter, exportPage, positionOf(query));
    return this.lines(filter, first);
  }

  private async *lines(filter: AuditFilter, first: readonly AuditRow[]): AsyncGenerator<string> {
    for (let rows = first; rows.length > 0;) {
      yield rows.map((row) => `${JSON.stringify(shown(row))}\n`).join('');
      rows = rows.length < exportPage ? [] : await this.rows(filter, exportPage, positionAt(rows.at(-1)!));
    }
  }

  private rows(filter: AuditFilter, limit: number, after: AuditPosition | null): Promise<AuditRow[]> {
    return this.database.readAsPlatform(allTenants, () => this.repository.list(filter, limit, after));
  }
}

function filterOf({ actor, tenant_id: tenantId, action, from, to }: AuditQuery): AuditFilter {
  const [start, end] = [momentIn(from), momentIn(to)];
  if (start !== undefined && end !== undefined && start > end)
    throw new InvalidInputError([turned('from', from), turned('to', to)]);
  return { actor, tenantId, action, from: start, to: end };
}

function momentIn(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Date.parse(text);
}

function turned(field: string, value: unknown): Fault {
  return { field, rule: 'combination', message: 'from must not be after to.', value };
}

function positionAt({ at_us: at, id }: AuditRow): AuditPosition {
  return [at, String(id)];
}

function positionOf({ cursor }: AuditQuery): AuditPosition | null {
  return cursor === undefined ? null : decodeCursor(cursor, isWholeNumber, isWholeNumber);
}

function shown({ at_us: _microseconds, at, ...entry }: AuditRow): AuditAnswer {
  const { id, ...rest } = entry;
  return { id, at: at.toISOString(), ...rest };
}
