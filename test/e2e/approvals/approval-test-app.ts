import type { ApiResponse, ApiClient } from '#testing';
import { type TestApp, type TestTenant, useTestApp, querySql } from '../../app/test-app.js';

/** The members of a change request that tests read. */
export interface ChangeRequest extends Record<string, unknown> {
  readonly id: string;
  readonly state: string;
  readonly void_reason: string | null;
}

export interface ChangeRequestPage {
  readonly items: ChangeRequest[];
  readonly next_cursor: string | null;
}

export const tenantChangeRequestsPath = '/v1/config/change-requests';
export const platformChangeRequestsPath = '/v1/platform/change-requests';

/**
 * Starts the product as `useTestApp` does, with two platform admins, so that one can approve what the other requests.
 * Its tenants need approval for changes.
 */
export function useApprovalTestApp(): ApprovalTestApp {
  const app = useTestApp();
  let approverKey = '';
  beforeAll(async () => {
    approverKey = await createSecondPlatformKey(app);
  });
  return new ApprovalTestApp(app, () => app.platform.as(approverKey));
}

class ApprovalTestApp {
  constructor(
    private readonly app: TestApp,
    private readonly getApprover: () => ApiClient,
  ) {}

  get platform(): ApiClient {
    return this.app.platform;
  }

  /** The second platform admin. */
  get approver(): ApiClient {
    return this.getApprover();
  }

  async createTenant({ approvalRequired = true } = {}): Promise<TestTenant> {
    const tenant = await this.app.createTenant();
    if (approvalRequired)
      await this.platform.patch(`/v1/platform/tenants/${tenant.id}`, { approval_required: true });
    return tenant;
  }

  /** Makes a change that waits for approval. */
  async requestChange(client: ApiClient, patch: object): Promise<ChangeRequest> {
    const { status, body } = await client.patch<ChangeRequest>('/v1/config', patch);
    if (status !== 202)
      throw new Error(`The change does not wait for approval: ${status} ${JSON.stringify(body)}`);
    return body;
  }

  approve(id: string, by = this.approver): Promise<ApiResponse<ChangeRequest>> {
    return by.post<ChangeRequest>(`${platformChangeRequestsPath}/${id}/approve`, { comment: 'agreed' });
  }

  /** One platform admin asks for it, and the other approves it. */
  async turnApprovalOff(tenant: TestTenant): Promise<void> {
    const path = `/v1/platform/tenants/${tenant.id}`;
    const { body } = await this.platform.patch<ChangeRequest>(path, { approval_required: false });
    const { status } = await this.approve(body.id);
    if (status !== 200) throw new Error(`Approval is still required: ${status}`);
  }

  async forceChange(tenant: TestTenant, patch: object): Promise<void> {
    const forced = { ...patch, force: true, reason: 'an emergency' };
    const { status, body } = await this.platform.patch(`/v1/platform/tenants/${tenant.id}/config`, forced);
    if (status !== 200) throw new Error(`The forced change failed: ${status} ${JSON.stringify(body)}`);
  }
}

export async function listChangeRequests({ admin }: TestTenant): Promise<ChangeRequest[]> {
  return (await admin.get<ChangeRequestPage>(tenantChangeRequestsPath)).body.items;
}

/** Inserts the key like an operator, by SQL. */
async function createSecondPlatformKey({ database }: TestApp): Promise<string> {
  const secret = 'a'.repeat(48);
  await querySql(
    database.superuserUrl,
    `INSERT INTO api_keys (id, tenant_id, name, role, secret_sha256, created_by)
     VALUES ('secondadmin00001', NULL, 'second', 'platform_admin', sha256(convert_to($1, 'UTF8')), 'test')`,
    [secret],
  );
  return `atn_secondadmin00001_${secret}`;
}
