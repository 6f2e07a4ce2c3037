import { createHash } from 'node:crypto';

/** A Lua script that Redis keeps under its digest. It works on one key, `KEYS[1]`, so that a cluster can run it. */
export class RedisScript {
  readonly digest: string;

  constructor(readonly lua: string) {
    this.digest = createHash('sha1').update(lua).digest('hex');
  }
}

export interface ScriptCall {
  readonly key: string;
  readonly args: readonly (string | number)[];
}
