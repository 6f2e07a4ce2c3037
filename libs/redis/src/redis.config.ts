import { registerAs } from '@nestjs/config';
import { type VariableReader, type Variables, VariablesConfig, readVariables, secret } from '#kernel';
import { parseRedisUrl } from './redis-address.js';

const redisUrl: VariableReader<string | null> = (value) => {
  if (value !== null) parseRedisUrl(value);
  return value;
};

/** The environment variables of redis. */
export const redisVariables = { REDIS_URL: secret(redisUrl) };

/** How Redis is reached. */
export class RedisConfig extends VariablesConfig {
  /** Null: there is no Redis, and the process runs without it. */
  readonly redisUrl: string | null;

  /** @throws EnvironmentError */
  constructor(variables: Variables = {}) {
    super();
    this.redisUrl = readVariables(redisVariables, variables).REDIS_URL;
  }
}

/** Its `KEY` is the token of `RedisConfig`. */
export const redisConfig = registerAs('redis', (variables: Variables = {}) => new RedisConfig(variables));
