import { Body, Controller, Get, Module, Param, Patch, Post, Query } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import { InvalidInputError } from '#kernel';
import {
  Accepted,
  AlsoCheck,
  BooleanField,
  Created,
  type HttpAdapterOptions,
  Access,
  HttpModule,
  MultipartForm,
  OpenToAllOrigins,
  PageQuery,
  StringField,
  IntegerField,
  ObjectField,
  type ValidInput,
  createHttpAdapter,
} from '../src/index.js';

class OrderRequest {
  @StringField({ optional: true })
  note?: string;

  @IntegerField({ optional: true, min: 1, max: 9 })
  count?: number;
}

class TestQuery extends PageQuery {
  @BooleanField({ optional: true })
  deep?: boolean;
}

class LineRequest {
  @StringField()
  article!: string;

  @IntegerField({ optional: true, min: 1 })
  amount?: number;
}

class CheckedOrderRequest extends OrderRequest {
  @ObjectField(() => LineRequest)
  line!: LineRequest;

  @StringField()
  plan!: string;
}

export const largeBodyBytes = 16 * 1024 * 1024;
const pendingSlowRequests: (() => void)[] = [];

/** Routes of each kind. Each returns what its handler received. */
@Controller()
class TestController {
  @Post('orders')
  @Access('public')
  order(@Body() order: OrderRequest): object {
    return { ...order };
  }

  @Patch('orders')
  @Access('public')
  patch(@Body() body: unknown): object {
    return { received: body };
  }

  @Get('orders')
  @Access('public')
  list(@Query() query: TestQuery): object {
    return { ...query };
  }

  @Get('open')
  @Access('public')
  @OpenToAllOrigins()
  open(): object {
    return {};
  }

  @Get('orders/:id')
  @Access('public')
  one(@Param('id') id: string): object {
    return { id };
  }

  @Post('orders/checked')
  @Access('public')
  @AlsoCheck((controller: TestController, { body }: ValidInput<CheckedOrderRequest>) =>
    controller.assertKnown(body),
  )
  checked(@Query() query: TestQuery, @Body() order: CheckedOrderRequest): object {
    this.assertKnown(order);
    return { ...query, ...order };
  }

  /** Refuses everything but the plan `pro` and the article `book`. */
  private assertKnown({ plan, line }: Partial<CheckedOrderRequest>): void {
    const [rule, message] = ['enum', 'There is no such thing.'] as const;
    const errors = [
      ...(plan === 'pro' ? [] : [{ field: 'plan', rule, message }]),
      ...(line ? [] : [{ field: 'line', rule, message }]),
      ...(line?.article === 'book' ? [] : [{ field: 'line.article', rule, message }]),
    ];
    if (errors.length > 0) throw new InvalidInputError(errors);
  }

  @Post('documents')
  @Access('public')
  @MultipartForm({
    maxFiles: 1,
    maxFileBytes: 1024,
    maxBytes: 2048,
    maxJsonBytes: largeBodyBytes,
    fieldNames: [],
  })
  add(@Body() body: object): object {
    return { bytes: JSON.stringify(body).length };
  }

  /** Needs a caller, for tests that register an access control. */
  @Post('guarded')
  @Access('member')
  @MultipartForm({
    maxFiles: 1,
    maxFileBytes: 1024,
    maxBytes: 2048,
    maxJsonBytes: largeBodyBytes,
    fieldNames: [],
  })
  guarded(@Body() body: object = {}): object {
    return { names: Object.keys(body) };
  }

  @Post('orders/accepted')
  @Access('public')
  accept(): Accepted<object> {
    return new Accepted({ id: '7' }, '/orders/7');
  }

  @Post('orders/created')
  @Access('public')
  create(): Created<object> {
    return new Created({ id: '7' }, '/orders/7');
  }

  /** Answers when the test calls the function in `pendingSlowRequests`. */
  @Get('slow')
  @Access('public')
  slow(): Promise<object> {
    return new Promise((resolve) => pendingSlowRequests.push(() => resolve({ slow: true })));
  }

  @Get('slow/large')
  @Access('public')
  async slowLarge(): Promise<object> {
    await this.slow();
    return this.large();
  }

  /** More bytes than a connection takes at once. */
  @Get('large')
  @Access('public')
  large(): object {
    return { text: 'x'.repeat(largeBodyBytes) };
  }

  @Get('broken')
  @Access('public')
  broken(): object {
    throw new Error('SELECT secret FROM api_keys failed at 10.0.0.5');
  }
}

@Module({ imports: [HttpModule], controllers: [TestController] })
class TestModule {}

export interface TestHttpApp {
  readonly server: FastifyInstance;
  /** The requests that have ended. */
  readonly responses: { id: string; status: number; isDisconnected: boolean }[];
  /** One function for each request to `/slow` and `/slow/large`; it lets the server answer that request. */
  readonly pendingSlowRequests: readonly (() => void)[];
  close(): Promise<void>;
}

/** Starts the HTTP adapter of the product with a few test routes. It does not listen yet. */
export async function startTestHttpApp(
  options: Omit<HttpAdapterOptions, 'onResponse'> = {},
): Promise<TestHttpApp> {
  const responses: TestHttpApp['responses'] = [];
  const adapter = await createHttpAdapter({
    onResponse: ({ id, status, isDisconnected }) => responses.push({ id, status, isDisconnected }),
    ...options,
  });
  const nest = await NestFactory.create<NestFastifyApplication>(TestModule, adapter, {
    logger: false,
    bodyParser: false,
  });
  await nest.init();
  const server = nest.getHttpAdapter().getInstance() as unknown as FastifyInstance;
  await server.ready();
  return { server, responses, pendingSlowRequests, close: () => nest.close() };
}
