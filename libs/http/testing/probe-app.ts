import { Body, Controller, Get, Module, Param, Patch, Post, Query } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import { Flag, type HostOptions, HttpModule, PageQuery, Text, Whole, createHost } from '../src/index.js';

class Order {
  @Text({ optional: true })
  note?: string;

  @Whole({ optional: true, min: 1, max: 9 })
  count?: number;
}

class ProbeQuery extends PageQuery {
  @Flag({ optional: true })
  deep?: boolean;
}

export const largeBytes = 16 * 1024 * 1024;
const waiting: (() => void)[] = [];

/** A route of each kind, telling what its handler was given. */
@Controller()
class ProbeController {
  @Post('orders')
  order(@Body() order: Order): object {
    return { ...order };
  }

  @Patch('orders')
  patch(@Body() body: unknown): object {
    return { given: body };
  }

  @Get('orders')
  list(@Query() query: ProbeQuery): object {
    return { ...query };
  }

  @Get('orders/:id')
  one(@Param('id') id: string): object {
    return { id };
  }

  @Post('v1/documents')
  add(@Body() body: object): object {
    return { bytes: JSON.stringify(body).length };
  }

  /** Answers when the test says so. */
  @Get('slow')
  slow(): Promise<object> {
    return new Promise((resolve) => waiting.push(() => resolve({ slow: true })));
  }

  @Get('slow/large')
  async slowLarge(): Promise<object> {
    await this.slow();
    return this.large();
  }

  /** More than a connection takes at once. */
  @Get('large')
  large(): object {
    return { text: 'x'.repeat(largeBytes) };
  }

  @Get('broken')
  broken(): object {
    throw new Error('SELECT secret FROM api_keys failed at 10.0.0.5');
  }
}

@Module({ imports: [HttpModule], controllers: [ProbeController] })
class ProbeModule {}

export interface ProbeApp {
  readonly server: FastifyInstance;
  /** The request ids and statuses of the answers that have left. */
  readonly answered: { id: string; status: number }[];
  /** One function for each request to `/slow` and `/slow/large`, which lets it be answered. */
  readonly waiting: readonly (() => void)[];
  close(): Promise<void>;
}

/** The product's host with a few routes of its own. */
export async function startProbeApp(options: Omit<HostOptions, 'onAnswered'> = {}): Promise<ProbeApp> {
  const answered: ProbeApp['answered'] = [];
  const host = await createHost({
    onAnswered: ({ id, status }) => answered.push({ id, status }),
    ...options,
  });
  const nest = await NestFactory.create<NestFastifyApplication>(ProbeModule, host, {
    logger: false,
    bodyParser: false,
  });
  await nest.init();
  const server = nest.getHttpAdapter().getInstance() as unknown as FastifyInstance;
  await server.ready();
  return { server, answered, waiting, close: () => nest.close() };
}
