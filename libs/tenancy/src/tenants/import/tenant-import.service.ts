import { Injectable } from '@nestjs/common';
import {
  type NdjsonLine,
  type Principal,
  checkInput,
  parseNdjsonLine,
  toProblem,
  withoutInvalidFields,
} from '#http';
import { ConflictError, type FieldError, InvalidInputError } from '#kernel';
import type { Attempt } from '../../idempotency/idempotency.repository.js';
import { IdempotencyService } from '../../idempotency/idempotency.service.js';
import { digestOf } from '../../idempotency/request-digest.js';
import type { StoredResponse } from '../../idempotency/sealed-answer.js';
import { TenantRequest } from '../tenant.request.js';
import { toCreatedTenantResponse } from '../tenant.response.js';
import { TenantsService } from '../tenants.service.js';

/** The answer to one line: what `POST /v1/platform/tenants` would answer. */
export interface ImportedLine {
  readonly line: number;
  readonly status: number;
  readonly body: unknown;
}

/** Who imports, and under which key. */
export interface ImportContext {
  readonly author: Principal;
  readonly requestId: string;
  /** The import as a request that must not take effect twice; null without `Idempotency-Key`. */
  readonly attempt: Attempt | null;
}

/** Tenants that are created at the same time. More would take the connections of other requests. */
const maxRunning = 4;

/**
 * Creates many tenants, each as `POST` creates one, in a transaction of its own. A line that is refused does not stop the others.
 *
 * With an `Idempotency-Key`, each tenant is an idempotent request of its own: a caller that sends the lines again gets the first answers, and
 * the rest is done.
 */
@Injectable()
export class TenantImportService {
  constructor(
    private readonly tenants: TenantsService,
    private readonly idempotency: IdempotencyService,
  ) {}

  /** The answers in the order of the lines, each as soon as it and those before it are there. Ends early if the caller stops to read. */
  async *import(lines: readonly NdjsonLine[], context: ImportContext): AsyncGenerator<ImportedLine> {
    const firstLines = new Map<string, number>();
    const running: Promise<ImportedLine>[] = [];
    for (const line of lines) {
      running.push(this.importLine(line, firstLines, context));
      if (running.length === maxRunning) yield await running.shift()!;
    }
    while (running.length > 0) yield await running.shift()!;
  }

  /** Never rejects. */
  private async importLine(
    line: NdjsonLine,
    firstLines: Map<string, number>,
    context: ImportContext,
  ): Promise<ImportedLine> {
    try {
      const value = parseNdjsonLine(line);
      assertFirst(value, line.number, firstLines);
      const request = await this.validate(value);
      const { status, body } = await this.createOnce(request, context);
      return { line: line.number, status, body };
    } catch (error) {
      const { status, body } = toProblem(error, context.requestId);
      return { line: line.number, status, body };
    }
  }

  /** @throws InvalidInputError with every error of the line. */
  private async validate(value: unknown): Promise<TenantRequest> {
    const checked = checkInput(TenantRequest, value);
    if (checked.fieldErrors.length === 0) return checked.instance;
    const further = await this.findFurtherErrors(withoutInvalidFields(checked));
    throw new InvalidInputError([...checked.fieldErrors, ...further]);
  }

  private async findFurtherErrors(valid: Partial<TenantRequest>): Promise<readonly FieldError[]> {
    try {
      await this.tenants.assertValid(valid);
      return [];
    } catch (error) {
      if (error instanceof InvalidInputError) return error.fieldErrors;
      throw error;
    }
  }

  private async createOnce(
    request: TenantRequest,
    { attempt, author }: ImportContext,
  ): Promise<Pick<StoredResponse, 'status' | 'body'>> {
    const create = async (): Promise<StoredResponse> => {
      const created = await this.tenants.create(request, author);
      return { status: 201, headers: {}, body: toCreatedTenantResponse(created) };
    };
    if (attempt === null) return create();
    const key = `${attempt.key}\n${request.tenant_id}`;
    const digest = await digestOf({ ...request });
    return this.idempotency.run({ ...attempt, key, digest }, create, { mayTakeOver: true });
  }
}

/** Two lines of one file with the same id are a mistake, whether they are equal or not. */
function assertFirst(value: unknown, line: number, firstLines: Map<string, number>): void {
  const { tenant_id: id } = (value ?? {}) as { tenant_id?: unknown };
  if (typeof id !== 'string') return;
  const first = firstLines.get(id);
  if (first !== undefined)
    throw new ConflictError(`Line ${first} has the same tenant_id; leave one of them out.`);
  firstLines.set(id, line);
}
