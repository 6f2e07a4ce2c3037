import { Module } from '@nestjs/common';
import { McpModule } from './mcp/mcp.module.js';
import { OfrepModule } from './ofrep/ofrep.module.js';
import { OpenAiModule } from './openai/openai.module.js';
import { WebhooksModule } from './webhooks/webhooks.module.js';

/** The protocols of other tools, as thin adapters over the doors of `config` and `rag`. */
@Module({ imports: [McpModule, OfrepModule, OpenAiModule, WebhooksModule] })
export class PlugsModule {}
