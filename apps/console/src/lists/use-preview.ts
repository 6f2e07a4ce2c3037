import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';

const typingPauseMs = 350;
/** Rows of a page. */
export const previewPageSize = 50;

/** The answer to a preview: its counts, and one page of its rows. */
interface PreviewAnswer {
  readonly page?: { readonly items: readonly unknown[]; readonly next_cursor: string | null };
}

type RowOf<Answer extends PreviewAnswer> = NonNullable<Answer['page']>['items'][number];

/** Asks for the page that begins at `cursor`. */
export type AskPreview<Input, Answer> = (
  input: Input,
  page: { readonly cursor: string; readonly signal: AbortSignal },
) => Promise<Answer>;

/** What a change would do, asked while it is edited; with all rows, a page at a time. A null input asks nothing. */
export function usePreview<Input, Answer extends PreviewAnswer>(
  name: string,
  input: Input | null,
  ask: AskPreview<Input, Answer>,
) {
  const text = JSON.stringify(input);
  const [waited] = useDebouncedValue(text, typingPauseMs);
  const query = useInfiniteQuery({
    queryKey: ['preview', name, waited],
    queryFn: ({ signal, pageParam }) => ask(JSON.parse(waited) as Input, { cursor: pageParam, signal }),
    initialPageParam: 'first',
    getNextPageParam: ({ page }) => page?.next_cursor ?? undefined,
    enabled: input !== null && waited !== 'null',
    placeholderData: keepPreviousData,
    retry: false,
  });
  const pages = (input !== null && query.data?.pages) || [];
  return {
    query,
    first: pages[0],
    items: pages.flatMap(({ page }): readonly RowOf<Answer>[] => page?.items ?? []),
    /** True if the answer is that of exactly what is edited now. */
    isCurrent: input !== null && waited === text && query.isSuccess && !query.isPlaceholderData,
  };
}
