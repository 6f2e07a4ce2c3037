import { Global, Module } from '@nestjs/common';
import { APP_FILTER, APP_INTERCEPTOR, APP_PIPE, DiscoveryModule } from '@nestjs/core';
import { AccessDeclarationCheck } from './access/access-declaration-check.js';
import { InputInterceptor } from './input/input.interceptor.js';
import { InputPipe } from './input/input.pipe.js';
import { ProblemFilter } from './problem/problem.filter.js';
import { ProblemsController } from './problem/problems.controller.js';
import { StartupNotices } from './startup-notices.js';

/**
 * What is the same for every route: validated input, problems, and the check that each route declares its access.
 */
@Global()
@Module({
  imports: [DiscoveryModule],
  controllers: [ProblemsController],
  providers: [
    AccessDeclarationCheck,
    StartupNotices,
    { provide: APP_PIPE, useClass: InputPipe },
    { provide: APP_INTERCEPTOR, useClass: InputInterceptor },
    { provide: APP_FILTER, useClass: ProblemFilter },
  ],
  exports: [StartupNotices],
})
export class HttpModule {}
