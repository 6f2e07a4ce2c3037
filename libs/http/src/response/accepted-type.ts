/**
 * The first media type of the `Accept` header that is in the list; null if there is none. Quality values are not compared.
 *
 * ```ts
 * acceptedType('text/csv, application/json', ['text/csv']); // 'text/csv'
 * ```
 */
export function acceptedType<Type extends string>(
  accept: string | undefined,
  types: readonly Type[],
): Type | null {
  const ranges = (accept ?? '').split(',').map((range) => range.split(';')[0]!.trim().toLowerCase());
  return (ranges as Type[]).find((range) => types.includes(range)) ?? null;
}
