/** The names under which a control may know a field: `changes.labels.eu` belongs to `labels`. */
export function controlNames(field: string): readonly string[] {
  const parts = field.replace(/^(changes|settings)\./, '').split('.');
  return parts.map((_, index) => parts.slice(0, parts.length - index).join('.'));
}

/** The control of a field that the API names: by its `name`, or by the id of a setting. */
export function findFaultField(field: string, within: ParentNode): HTMLElement | null {
  const selectors = controlNames(field).flatMap((name) => [
    `[name="${CSS.escape(name)}"]:not([type="hidden"])`,
    `#setting-${CSS.escape(name)}`,
  ]);
  const found = selectors.map((selector) => within.querySelector<HTMLElement>(selector));
  return found.find((control) => control !== null) ?? null;
}

/** What may have the control of a fault that is shown in an element: the sheet around it, or the screen. */
export function scopeOf(element: Element): ParentNode {
  return element.closest('[role="dialog"]') ?? document;
}
