import { Module } from '@nestjs/common';

/** The protocols of other tools, as thin adapters over the doors of `config` and `rag`. */
@Module({})
export class PlugsModule {}
