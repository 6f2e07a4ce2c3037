import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { Database } from '#database';
import { StartupNotices } from '#http';
import { Environment, UnavailableError } from '#kernel';
import { DemoKeyStore, demoRoles } from './demo-key-store.js';
import { DemoTenantSeeder } from './demo-tenant-seeder.js';
import { type DemoTenant, demoTenants } from './demo-tenants.js';

/** With `ATTUNE_DEMO`: sees to the demo tenants before the service listens, and shows their keys at every start. */
@Injectable()
export class DemoStartupService implements OnApplicationBootstrap {
  private readonly logger = new Logger(DemoStartupService.name);
  constructor(
    private readonly environment: Environment,
    private readonly seeder: DemoTenantSeeder,
    private readonly keys: DemoKeyStore,
    private readonly notices: StartupNotices,
    private readonly database: Database,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    if (!this.environment.demo) return;
    const seedDemo = async (): Promise<void> => this.notices.add(await this.seed(demoTenants));
    await this.database.runAtStartup(seedDemo, 'background');
  }

  /** Sees to these tenants and returns a line `demo-key <tenant> <role> <key>` for each of their keys. */
  async seed(seeder: readonly DemoTenant[]): Promise<string[]> {
    const lines: string[] = [];
    for (const tenant of seeder) lines.push(...(await this.seedOne(tenant)));
    return lines;
  }

  private async seedOne(tenant: DemoTenant): Promise<string[]> {
    const { tenant_id: tenantId } = tenant;
    if (!(await this.seeder.ensureTenant(tenant))) return [];
    await this.seedContent(tenant);
    const pair = await this.keys.ensureKeys(tenantId);
    return demoRoles.map((role) => `demo-key ${tenantId} ${role} ${pair[role]}`);
  }

  /** A database that is away has the start done again; an embedding service that fails, or a plan that no longer allows the settings, is no reason not to start. */
  private async seedContent(tenant: DemoTenant): Promise<void> {
    try {
      await this.seeder.seedContent(tenant);
    } catch (error) {
      if (error instanceof UnavailableError) throw error;
      const reason = error instanceof Error ? error.message : String(error);
      this.logger.warn(
        `The demo tenant ${tenant.tenant_id} is not complete; the next start goes on. ${reason}`,
      );
    }
  }
}
