import { performance } from 'node:perf_hooks';
import { Injectable, Logger } from '@nestjs/common';
import { ConfigReader, PatchConfigurationService, RateLimitExemptions } from '#config';
import { ConcurrentUpdateError, ConflictError, NotFoundError, VersionMismatchError } from '#kernel';
import { TenantsService } from '#tenancy';
import { DocumentsService } from '../documents/documents.service.js';
import { type DemoTenant, readDemoText } from './demo-tenants.js';

const author = { actor: 'system', subject: 'system', role: 'tenant_admin' } as const;
/** The version of a configuration without changes. */
const initialVersion = 1;
const progressIntervalMs = 1_000;

/**
 * Creates a demo tenant with its documents and settings, through the same services as the API. The settings come last: while the
 * configuration has its initial version the tenant is incomplete, and the next start continues. A complete tenant is never changed
 * again. Replicas that start together do the same work twice, with the same result.
 */
@Injectable()
export class DemoTenantSeeder {
  private readonly logger = new Logger('demo');

  constructor(
    private readonly tenants: TenantsService,
    private readonly configurations: ConfigReader,
    private readonly patches: PatchConfigurationService,
    private readonly documents: DocumentsService,
    private readonly exemptions: RateLimitExemptions,
  ) {}

  /** Creates the tenant if it does not exist, and exempts it from the hourly limits. False if it was deleted: the id of a deleted tenant is never used again. */
  async ensureTenant({ tenant_id, name, plan }: DemoTenant): Promise<boolean> {
    this.exemptions.add(tenant_id);
    if (await this.exists(tenant_id)) return true;
    try {
      await this.tenants.create({ tenant_id, name, plan }, { actor: 'system', role: 'system' });
      return true;
    } catch (error) {
      if (error instanceof ConflictError) return this.exists(tenant_id);
      throw error;
    }
  }

  /** Adds the documents and the settings, unless the tenant is complete. */
  async seedContent({ tenant_id: tenantId, settings, documents }: DemoTenant): Promise<void> {
    if ((await this.configurations.current(tenantId)).version > initialVersion) return;
    for (const [index, document] of documents.entries()) {
      const { id, title } = document;
      this.logger.log(`Adding document ${index + 1} of ${documents.length} to ${tenantId}: ${title}.`);
      const request = { id, title, text: readDemoText(document) };
      await this.documents.addAll(tenantId, [request], { onEmbedded: this.createProgressLog() });
    }
    try {
      const context = { tenantId, author: { ...author, tenantId }, acceptedVersions: [initialVersion] };
      await this.patches.patch(context, { ...settings, reason: 'demo' });
    } catch (error) {
      const isAlreadySeeded = error instanceof VersionMismatchError || error instanceof ConcurrentUpdateError;
      if (!isAlreadySeeded) throw error;
    }
  }

  /** Logs how many chunks of a document are embedded, about once a second. */
  private createProgressLog(): (done: number, total: number) => void {
    let loggedAt = performance.now();
    return (done, total) => {
      if (performance.now() - loggedAt < progressIntervalMs) return;
      loggedAt = performance.now();
      this.logger.log(`${done} of ${total} chunks are embedded.`);
    };
  }

  private async exists(tenantId: string): Promise<boolean> {
    try {
      await this.tenants.get(tenantId);
      return true;
    } catch (error) {
      if (error instanceof NotFoundError) return false;
      throw error;
    }
  }
}
