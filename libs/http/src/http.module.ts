import { Global, Module } from '@nestjs/common';
import { APP_FILTER, APP_INTERCEPTOR, APP_PIPE } from '@nestjs/core';
import { InputPipe } from './input/input.pipe.js';
import { ProblemFilter } from './problem/problem.filter.js';
import { ProblemsController } from './problem/problems.controller.js';
import { LocatedResponseInterceptor } from './response/located-response.js';
import { StartupNotices } from './startup-notices.js';

/** Input and problems, the same for every route. */
@Global()
@Module({
  controllers: [ProblemsController],
  providers: [
    StartupNotices,
    { provide: APP_PIPE, useClass: InputPipe },
    { provide: APP_INTERCEPTOR, useClass: LocatedResponseInterceptor },
    { provide: APP_FILTER, useClass: ProblemFilter },
  ],
  exports: [StartupNotices],
})
export class HttpModule {}
