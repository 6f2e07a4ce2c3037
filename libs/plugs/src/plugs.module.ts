import { Module } from '@nestjs/common';
import { OpenAiModule } from './openai/openai.module.js';

/** The protocols of other tools, as thin adapters over the doors of `config` and `rag`. */
@Module({ imports: [OpenAiModule] })
export class PlugsModule {}
