import type { Variables } from '#kernel';

/** A section of the configuration, as `registerAs` makes it. */
interface Section {
  readonly KEY: string | symbol;
  (variables?: Variables): object;
}

/** Nest providers of these sections, read from the variables. */
export function sectionProviders(
  sections: readonly Section[],
  variables: Variables = {},
): { provide: string | symbol; useValue: object }[] {
  return sections.map((section) => ({
    provide: section.KEY,
    useValue: section(variables),
  }));
}
