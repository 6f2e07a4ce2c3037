import 'reflect-metadata';
import { Controller, Get, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { DataSource, Entity, PrimaryColumn } from 'typeorm';

/** The yardstick of `start`: one table, one route, one connection. */
@Entity('tenants')
class Tenant {
  @PrimaryColumn('text')
  tenant_id!: string;
}

@Controller('health')
class HealthController {
  @Get('ready')
  ready(): string {
    return 'ready';
  }
}

@Module({ controllers: [HealthController] })
class BareModule {}

const source = new DataSource({
  type: 'postgres',
  url: process.env['DATABASE_URL']!,
  entities: [Tenant],
  installExtensions: false,
});
await source.initialize();
const app = await NestFactory.create<NestFastifyApplication>(BareModule, new FastifyAdapter(), {
  logger: false,
});
process.once('SIGTERM', () => process.exit(0));
await app.listen(Number(process.env['PORT']), '127.0.0.1');
