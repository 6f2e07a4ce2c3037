import { Controller, Get, Module, type OnModuleInit, Post, type Type } from '@nestjs/common';
import { HttpAdapterHost, NestFactory } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';
import { HttpModule } from '../http.module.js';
import { createHttpAdapter } from '../server/create-http-adapter.js';
import { Access } from './access.decorators.js';

@Controller(['plans', 'admin/plans'])
class PlansController {
  @Get()
  @Access('member')
  list(): object {
    return {};
  }

  @Get('hidden/')
  @Access('tenant_admin')
  hidden(): object {
    return {};
  }

  @Post('orders')
  @Access('member')
  order(): object {
    return {};
  }
}

@Controller('forgotten')
class ForgottenController {
  @Get()
  list(): object {
    return {};
  }

  /** No route, so it needs no declaration. */
  help(): string {
    return '';
  }
}

/** Starts an application with these routes and fast paths, and stops it. */
async function start(controller: Type<object>, ...fastPaths: string[]): Promise<void> {
  @Module({ imports: [HttpModule], controllers: [controller] })
  class TestModule implements OnModuleInit {
    constructor(private readonly adapterHost: HttpAdapterHost) {}

    onModuleInit(): void {
      const server = this.adapterHost.httpAdapter.getInstance<FastifyInstance>();
      for (const path of fastPaths) server.registerFastPath(path, () => undefined);
    }
  }
  Reflect.defineMetadata('design:paramtypes', [HttpAdapterHost], TestModule);
  const adapter = await createHttpAdapter({ onResponse: () => undefined });
  const app = await NestFactory.create(TestModule, adapter, {
    logger: false,
    abortOnError: false,
    bodyParser: false,
  });
  try {
    await app.init();
  } finally {
    await app.close();
  }
}

describe('AccessDeclarationCheck', () => {
  it('stops the start when a route has no @Access, and names it', async () => {
    await expect(start(ForgottenController)).rejects.toThrow(
      'Routes without @Access: ForgottenController.list',
    );
  });

  it('lets a fast path answer for a route of members, under each prefix of its controller', async () => {
    await expect(start(PlansController, '/plans', '/admin/plans')).resolves.toBeUndefined();
  });

  it.each([
    ['needs a role above member', '/plans/hidden'],
    ['is no GET route', '/plans/orders'],
    ['does not exist', '/plans/unknown'],
  ])('stops the start when a fast path answers for a route that %s', async (_reason, path) => {
    await expect(start(PlansController, '/plans', path)).rejects.toThrow(
      `Fast paths without a GET route that every member may call: ${path}`,
    );
  });
});
