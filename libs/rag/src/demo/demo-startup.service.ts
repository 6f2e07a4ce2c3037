import { Inject, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { Database } from '#database';
import { StartupNotices } from '#http';
import { UnavailableError } from '#kernel';
import { RagConfig, ragConfig } from '../rag.config.js';
import { DemoKeyStore, demoRoles } from './demo-key.store.js';
import { DemoTenantSeeder } from './demo-tenant-seeder.js';
import { type DemoTenant, demoTenants } from './demo-tenants.js';

/** With `ATTUNE_DEMO`: creates the demo tenants once the database is available, and shows their keys at every start. */
@Injectable()
export class DemoStartupService implements OnApplicationBootstrap {
  private readonly logger = new Logger(DemoStartupService.name);
  constructor(
    @Inject(ragConfig.KEY) private readonly config: RagConfig,
    private readonly seeder: DemoTenantSeeder,
    private readonly keys: DemoKeyStore,
    private readonly notices: StartupNotices,
    private readonly database: Database,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    if (!this.config.demo) return;
    const seedDemo = async (): Promise<void> => this.notices.add(await this.seed(demoTenants));
    await this.database.runAtStartup(seedDemo, 'background');
  }

  /** Creates the tenants that are missing. Returns a line `demo-key <tenant> <role> <key>` for each of their keys. */
  async seed(tenants: readonly DemoTenant[]): Promise<string[]> {
    const lines: string[] = [];
    for (const tenant of tenants) lines.push(...(await this.seedOne(tenant)));
    return lines;
  }

  private async seedOne(tenant: DemoTenant): Promise<string[]> {
    const { tenant_id: tenantId } = tenant;
    if (!(await this.seeder.ensureTenant(tenant))) return [];
    await this.seedContent(tenant);
    const pair = await this.keys.ensureKeys(tenantId);
    return demoRoles.map((role) => `demo-key ${tenantId} ${role} ${pair[role]}`);
  }

  /** An unreachable database makes the start-up task run again. Any other failure, for example of the embedding service, does not stop the start. */
  private async seedContent(tenant: DemoTenant): Promise<void> {
    try {
      await this.seeder.seedContent(tenant);
    } catch (error) {
      if (error instanceof UnavailableError) throw error;
      const reason = error instanceof Error ? error.message : String(error);
      this.logger.warn(
        `The demo tenant ${tenant.tenant_id} is incomplete; the next start continues. ${reason}`,
      );
    }
  }
}
