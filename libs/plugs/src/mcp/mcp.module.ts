import { Module } from '@nestjs/common';
import { ConfigurationModule } from '#config';
import { MeteringModule } from '#metering';
import { RagModule } from '#rag';
import { TenancyModule, TenantReader } from '#tenancy';
import { BearerChallenge } from './endpoint/bearer-challenge.js';
import { LazyServerFactory, McpServerFactory } from './endpoint/mcp-call.js';
import { McpEndpoint } from './endpoint/mcp-endpoint.js';
import { McpController } from './endpoint/mcp.controller.js';
import { ProtectedResourceController } from './endpoint/protected-resource.controller.js';
import { AskTool } from './tools/ask.tool.js';
import { ProposeChangeTool, ValidateChangeTool } from './tools/change.tools.js';
import { ExplainSettingTool, GetConfigTool, ListHistoryTool } from './tools/configuration.tools.js';
import { FetchTool, SearchTool } from './tools/document.tools.js';
import type { Tool } from './tools/tool.js';
import { UsageTool } from './tools/usage.tool.js';

/** In the order in which clients see them. */
const tools = [
  SearchTool,
  FetchTool,
  AskTool,
  GetConfigTool,
  ExplainSettingTool,
  ListHistoryTool,
  UsageTool,
  ValidateChangeTool,
  ProposeChangeTool,
];

/** The Model Context Protocol: documents and configuration of a tenant as tools of an assistant. */
@Module({
  imports: [ConfigurationModule, MeteringModule, RagModule, TenancyModule],
  controllers: [McpController, ProtectedResourceController],
  providers: [
    ...tools,
    BearerChallenge,
    McpEndpoint,
    {
      provide: McpServerFactory,
      useFactory: (tenants: TenantReader, ...ordered: Tool[]) =>
        new LazyServerFactory(async () => {
          const { ToolServerFactory } = await import('./tools/tool-server.factory.js');
          return new ToolServerFactory(ordered, tenants);
        }),
      inject: [TenantReader, ...tools],
    },
  ],
})
export class McpModule {}
