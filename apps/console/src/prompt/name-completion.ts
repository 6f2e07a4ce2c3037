/** Names that may follow the `{` before the caret. `from` is the place of the `{`. */
export interface NameCompletion {
  readonly from: number;
  readonly names: readonly string[];
}

/** The names that complete what is typed before the caret; null when no name is being typed, or none begins so. */
export function completeName(text: string, caret: number, names: readonly string[]): NameCompletion | null {
  // `{{` is a literal brace.
  const typed = /(?<!\{)\{(\w*)$/.exec(text.slice(0, caret));
  if (typed === null) return null;
  const found = names.filter((name) => name.toLowerCase().startsWith(typed[1]!.toLowerCase()));
  return found.length === 0 ? null : { from: typed.index, names: found };
}
