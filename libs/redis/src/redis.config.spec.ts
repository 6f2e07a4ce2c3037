import { RedisConfig } from './redis.config.js';

describe('RedisConfig', () => {
  it('has no Redis without REDIS_URL', () => {
    expect(new RedisConfig()).toMatchObject({ redisUrl: null });
  });

  it.each(['rediss://r:6380/2', 'redis+cluster://me:secret@r1:1,r2:2', 'redis+sentinel://r1,r2/master'])(
    'accepts REDIS_URL=%s',
    (redisUrl) => {
      expect(new RedisConfig({ REDIS_URL: redisUrl })).toMatchObject({ redisUrl });
    },
  );

  it.each(['http://:hush@r', 'redis+cluster://r1,,r2', 'redis+sentinel://r1'])(
    'refuses REDIS_URL=%s without showing it',
    (redisUrl) => {
      const read = () => new RedisConfig({ REDIS_URL: redisUrl });
      expect(read).toThrow(/REDIS_URL must/);
      expect(read).not.toThrow(/hush/);
    },
  );
});
