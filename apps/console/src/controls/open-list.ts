import type { KeyboardEvent } from 'react';

/**
 * For a select whose choice acts at once: arrows and letters open its list. In a closed one each key would choose the next option, and every
 * option on the way would act.
 */
export function openList(event: KeyboardEvent<HTMLSelectElement>): void {
  const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey;
  if (!isPlain || !/^(Arrow(Up|Down)|Page(Up|Down)|Home|End|\S)$/.test(event.key)) return;
  event.preventDefault();
  event.currentTarget.showPicker();
}
