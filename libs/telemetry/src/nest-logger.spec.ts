import { Writable } from 'node:stream';
import { pino } from 'pino';
import type { LogLevel } from './log-output.js';
import { NestLogger } from './nest-logger.js';

interface Line {
  readonly level: number;
  readonly msg: string;
  readonly context?: string;
}

function loggerAt(level: LogLevel): { logger: NestLogger; lines: Line[] } {
  const lines: Line[] = [];
  const write = (chunk: Buffer, _encoding: string, done: () => void): void => {
    lines.push(JSON.parse(chunk.toString()) as Line);
    done();
  };
  return { logger: new NestLogger(pino({ base: null, level }, new Writable({ write }))), lines };
}

describe('NestLogger', () => {
  it('writes Logger.log() at level info', () => {
    const { logger, lines } = loggerAt('info');
    logger.log('Redis link is back.', 'redis');
    expect(lines).toMatchObject([{ level: 30, msg: 'Redis link is back.', context: 'redis' }]);
  });

  it.each(['InstanceLoader', 'RoutesResolver', 'RouterExplorer', 'NestApplication', 'NestFactory'])(
    'writes what %s reports of the start of Nest at level debug only',
    (context) => {
      const { logger, lines } = loggerAt('info');
      logger.log('TenancyModule dependencies initialized', context);
      expect(lines).toEqual([]);
      const verbose = loggerAt('debug');
      verbose.logger.log('TenancyModule dependencies initialized', context);
      expect(verbose.lines).toMatchObject([{ level: 20, context }]);
    },
  );

  it('writes an error that ends the start of Nest at level debug only, because the application prints it', () => {
    const { logger, lines } = loggerAt('info');
    logger.error(new Error('DATABASE_URL is wrong.'), 'ExceptionHandler');
    expect(lines).toEqual([]);
  });

  it('makes an object before the message the fields of the line', () => {
    const { logger, lines } = loggerAt('info');
    logger.warn({ tenant_id: 'acme' }, 'The budget is spent.', 'metering');
    expect(lines).toMatchObject([
      { level: 40, msg: 'The budget is spent.', tenant_id: 'acme', context: 'metering' },
    ]);
  });

  it('writes the stack of an Error', () => {
    const { logger, lines } = loggerAt('info');
    logger.error(new Error('no route to host'), 'redis');
    expect(lines).toMatchObject([{ level: 50, msg: 'no route to host', err: { type: 'Error' } }]);
  });
});
