import { Client } from 'pg';
import { type ApiResponse, type ApiClient, waitFor } from '#testing';

type ResponseBody = Record<string, unknown>;

/** One call of an operation that changes something, and the entries that it must leave, in their order. */
export interface AuditedOperation {
  /** Method and path, as the OpenAPI document has them. */
  readonly operation: string;
  readonly expectedActions: readonly string[];
  readonly client: ApiClient;
  /** For the path; `{id}` is that of the thing of this kind that was made last. */
  readonly pathParameters?: Readonly<Record<string, string>>;
  readonly search?: string;
  readonly body?: object;
  /** JSON unless another is named. */
  readonly contentType?: string;
  /** What has to be done first, and is part of the act; it may give the body. */
  readonly prepare?: () => Promise<object | void>;
  /** What goes on in the background has ended then. */
  readonly waitForCompletion?: true;
}

/** Makes the calls, and knows the ids of what they made. */
export class OperationRunner {
  /** Kind, as paths name it → id. */
  private readonly createdIds: Record<string, string> = { models: 'ours', connections: 'ours' };

  /** Holds up what would be over too soon. */
  private lockHolder: Client | null = null;

  constructor(
    private readonly platform: ApiClient,
    private readonly superuserUrl: string,
  ) {}

  async run(operation: AuditedOperation): Promise<ApiResponse<ResponseBody>> {
    const preparedBody = await operation.prepare?.();
    const answer = await this.call(operation, preparedBody ?? operation.body).finally(() =>
      this.releaseLock(),
    );
    this.rememberId(operation.operation, answer);
    if (operation.waitForCompletion) await this.waitForBulkCompletion();
    return answer;
  }

  private async releaseLock(): Promise<void> {
    await this.lockHolder?.end();
    this.lockHolder = null;
  }

  /** The path with ids in the place of their names. */
  path({ operation, pathParameters: ids = {}, search = '' }: AuditedOperation): string {
    const path = operation
      .split(' ')[1]!
      .replace(/([a-z-]+)\/\{id\}/, (_all, kind: string) => `${kind}/${this.createdIds[kind] ?? '{id}'}`);
    return path.replaceAll(/\{(\w+)\}/g, (_all, name: string) => ids[name] ?? 'acme') + search;
  }

  private call(act: AuditedOperation, body: object | undefined): Promise<ApiResponse<ResponseBody>> {
    const [method] = act.operation.split(' ');
    const headers = { 'content-type': act.contentType ?? 'application/json' };
    const request = body === undefined ? {} : { headers, body: JSON.stringify(body) };
    return act.client.send<ResponseBody>(this.path(act), { method: method!.toUpperCase(), ...request });
  }

  private rememberId(operation: string, { status, body }: ApiResponse<ResponseBody>): void {
    const isRequest = status === 202 && operation.endsWith('/config');
    const kind = isRequest ? 'change-requests' : /([a-z-]+)(\/\{id\}.*)?$/.exec(operation)?.[1];
    if (kind !== undefined && typeof body?.['id'] === 'string') this.createdIds[kind] = body['id'];
  }

  private async waitForBulkCompletion(): Promise<void> {
    const path = `/v1/platform/bulk-updates/${this.createdIds['bulk-updates']}`;
    const state = async () => (await this.platform.get<{ state: string }>(path)).body.state;
    await waitFor(async () => (await state()) === 'completed', { timeoutMs: 30_000 });
  }

  /** Begins a bulk operation that is not over when the next call comes: a transaction keeps a tenant's row locked until then. */
  async startBlockedBulk(): Promise<void> {
    const lockHolder = new Client({ connectionString: this.superuserUrl });
    await lockHolder.connect();
    await lockHolder.query(`BEGIN; SELECT FROM tenant_configurations WHERE tenant_id = 'acme' FOR UPDATE`);
    const body = { selector: { all: true }, changes: { retrieval_alpha: 0.1 }, reason: 'tried' };
    const operation = 'post /v1/platform/bulk-updates';
    await this.run({ operation, expectedActions: [], client: this.platform, body });
    this.lockHolder = lockHolder;
  }
}
