import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import { HttpModule, createHttpAdapter } from '#http';
import { McpServerFactory } from '../../src/mcp/endpoint/mcp-call.js';
import { McpEndpoint } from '../../src/mcp/endpoint/mcp-endpoint.js';
import { McpController } from '../../src/mcp/endpoint/mcp.controller.js';
import { ConformanceServers } from './conformance-servers.js';

@Module({
  imports: [HttpModule],
  controllers: [McpController],
  providers: [McpEndpoint, { provide: McpServerFactory, useClass: ConformanceServers }],
})
class ConformanceModule {}

/** The endpoint of the product with the tools of the conformance suite. Every caller is a member of `acme`. */
export async function startConformanceApp(): Promise<{ readonly url: string; close(): Promise<void> }> {
  const adapter = await createHttpAdapter({
    onResponse: () => undefined,
    publicUrl: 'https://attune.example',
  });
  const app = await NestFactory.create<NestFastifyApplication>(ConformanceModule, adapter, {
    logger: ['error'],
    bodyParser: false,
  });
  adapter.getInstance<FastifyInstance>().registerAccessControl((request) => {
    request.principal = { actor: 'key:1', subject: '1', role: 'member', tenantId: 'acme' };
  });
  await app.listen(0, '127.0.0.1');
  return { url: `${await app.getUrl()}/mcp`, close: () => app.close() };
}
