import { databaseConfig } from '#database';
import type { Variables } from '#kernel';
import { redisConfig } from '#redis';

/** A section of the configuration, as `registerAs` makes it. */
interface Section {
  readonly KEY: string | symbol;
  (variables?: Variables): object;
}

/** Nest providers of the sections of database and redis, and of these further ones, read from the variables. */
export function sectionProviders(
  sections: readonly Section[],
  variables: Variables = {},
): { provide: string | symbol; useValue: object }[] {
  return [databaseConfig, redisConfig, ...sections].map((section) => ({
    provide: section.KEY,
    useValue: section(variables),
  }));
}
