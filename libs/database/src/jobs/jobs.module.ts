import { Module } from '@nestjs/common';
import { JobQueue } from './job-queue.js';

/** Imported by whoever defines jobs; there is one queue however many do. */
@Module({ providers: [JobQueue], exports: [JobQueue] })
export class JobsModule {}
