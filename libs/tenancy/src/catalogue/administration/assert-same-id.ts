import { InvalidInputError } from '#kernel';

/**
 * What a GET shows can be put back as it is: with its id, which the path names already.
 *
 * @throws InvalidInputError when the body names another one.
 */
export function assertSameId({ id }: { readonly id?: string }, pathId: string): void {
  if (id === undefined || id === pathId) return;
  const message = 'id differs from the id in the path; leave it out.';
  throw new InvalidInputError([{ field: 'id', rule: 'enum', message, value: id }]);
}
