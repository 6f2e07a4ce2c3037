/** Moves the focus into the control of a setting and shows it. Nothing happens for an unknown one. */
export function focusSetting(name: string | undefined): void {
  if (!name) return;
  const control = document.getElementById(`setting-${name}`);
  const input = control?.matches('input, select, textarea')
    ? control
    : control?.querySelector('input, button');
  document.querySelector(`[data-setting="${CSS.escape(name)}"]`)?.scrollIntoView({ block: 'center' });
  if (input instanceof HTMLElement) input.focus({ preventScroll: true });
  // What is typed next replaces the value.
  if (input instanceof HTMLInputElement) input.select();
}

/** The setting whose row has the focus. */
export function focusedSetting(): string | undefined {
  return document.activeElement?.closest<HTMLElement>('[data-setting]')?.dataset['setting'];
}

/** Moves the focus to the changed setting after, or before, the one that has it. */
export function stepSetting(names: readonly string[], direction: 1 | -1): void {
  focusSetting(neighbourOf(names, focusedSetting(), direction));
}

/** The next name in a circle; without a current one, the first or the last. */
export function neighbourOf(
  names: readonly string[],
  current: string | undefined,
  direction: 1 | -1,
): string | undefined {
  const index = current === undefined ? -1 : names.indexOf(current);
  if (index < 0) return direction === 1 ? names[0] : names.at(-1);
  return names[(index + direction + names.length) % names.length];
}
