import { Module } from '@nestjs/common';
import { JobQueue } from './job-queue.js';

/** Provides the one `JobQueue`. Modules that enqueue or run jobs import it. */
@Module({ providers: [JobQueue], exports: [JobQueue] })
export class JobsModule {}
