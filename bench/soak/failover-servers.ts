import {
  FaultProxy,
  PgBouncer,
  PostgresServer,
  type TestDatabase,
  TestRedisSentinel,
  createTestDatabase,
} from '#testing';

/** More than the replicas need at once, and fewer than they open. */
const pgBouncerConnections = 20;

/**
 * Servers with a spare each: Postgres with a standby that has every confirmed commit, behind one address and PgBouncer in transaction
 * mode; and Redis with sentinels.
 */
export class FailoverServers {
  private constructor(
    private readonly primary: PostgresServer,
    private readonly standby: PostgresServer,
    /** The address of whichever is the primary, as a virtual address of a network. */
    private readonly address: FaultProxy,
    private readonly pgBouncer: PgBouncer,
    private readonly sentinel: TestRedisSentinel,
  ) {}

  static async start(): Promise<{ servers: FailoverServers; database: TestDatabase }> {
    const primary = await PostgresServer.start();
    const address = await FaultProxy.forTarget(primary.url);
    const database = await createTestDatabase(address.url);
    const standby = await PostgresServer.start(primary);
    await primary.confirmByStandby();
    const pgBouncer = await PgBouncer.start(database.url, { connections: pgBouncerConnections });
    const sentinel = await TestRedisSentinel.start();
    const servers = new FailoverServers(primary, standby, address, pgBouncer, sentinel);
    return { servers, database: { ...database, url: pgBouncer.url } };
  }

  get redis(): TestRedisSentinel['master'] {
    return this.sentinel.master;
  }

  get redisUrl(): string {
    return this.sentinel.url;
  }

  /** The primary dies, and its standby takes its place and its address. */
  async failOverPostgres(): Promise<void> {
    await this.primary.kill();
    await this.standby.promote();
    this.address.moveTo(this.standby.url);
  }

  /** The master dies. The sentinels notice it and make its replica the master. */
  async failOverRedis(): Promise<void> {
    await this.sentinel.master.kill();
  }

  /** Ends everything, the databases with their servers. */
  async stop(): Promise<void> {
    await this.pgBouncer.stop();
    await this.address.close();
    await Promise.all([this.primary, this.standby, this.sentinel].map((server) => server.stop()));
  }
}
