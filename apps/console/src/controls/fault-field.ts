/** The names under which a control may know a field: `changes.labels.eu` belongs to `labels`. */
export function controlNames(field: string): readonly string[] {
  const parts = field.replace(/^(changes|settings)\./, '').split('.');
  return parts.map((_, index) => parts.slice(0, parts.length - index).join('.'));
}

const focusable = 'input, select, textarea, button, [tabindex]';

/**
 * What takes the focus of the control of a field that the API names: the control has its `name`, or the id of a setting. A control of
 * several parts, such as a group of checkboxes, has the name as `data-field`.
 */
export function findFaultField(field: string, within: ParentNode): HTMLElement | null {
  const selectors = controlNames(field).flatMap((name) => [
    `[name="${CSS.escape(name)}"]:not([type="hidden"])`,
    `[data-field="${CSS.escape(name)}"]`,
    `#setting-${CSS.escape(name)}`,
  ]);
  const found = selectors.map((selector) => within.querySelector<HTMLElement>(selector));
  const control = found.find((each) => each !== null) ?? null;
  return control?.matches(focusable) === false ? control.querySelector<HTMLElement>(focusable) : control;
}

/** What may have the control of a fault that is shown in an element: the sheet around it, or the screen. */
export function scopeOf(element: Element): ParentNode {
  return element.closest('[role="dialog"]') ?? document;
}
