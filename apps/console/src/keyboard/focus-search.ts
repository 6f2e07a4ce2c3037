const fields = '#main [role="search"] :is(input:not([type="radio"]), select)';

/** Gives the focus to the first field of the screen's search or filter, which is an element of the role `search`. */
export function focusSearch(): void {
  document.querySelector<HTMLElement>(fields)?.focus();
}
