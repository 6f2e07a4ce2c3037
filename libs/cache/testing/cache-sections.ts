import { redisConfig } from '#redis';

/** The sections of the configuration that `CacheModule` reads. */
export const cacheSections = [redisConfig];
