import { type ReactElement, type ReactNode, cloneElement, createContext, use } from 'react';
import type { FieldError } from '../api/problem.js';
import { controlNames, findFaultField } from '../controls/fault-field.js';

/** What the API found wrong with the fields of the sheet that was sent last. */
export const SheetErrors = createContext<readonly FieldError[]>([]);

interface FieldProps {
  readonly name?: string;
  readonly 'data-field'?: string;
  readonly error?: ReactNode;
}

/**
 * A field of a sheet under the name that the API has for it. It shows what the API found wrong with it, unless the sheet itself finds
 * something.
 *
 * ```tsx
 * <SheetField name="tenant_id">
 *   <TextInput label="Id" error={isWrong && 'Use a to z.'} />
 * </SheetField>
 * ```
 */
export function SheetField({ name, children }: { name: string; children: ReactElement<FieldProps> }) {
  const fault = use(SheetErrors).find(({ field }) => controlNames(field).includes(name));
  const error = children.props.error || (fault?.message ?? false);
  return cloneElement(children, { name, 'data-field': name, error });
}

/** Moves the focus to the first fault of a sheet: to its field, or to what links to it. */
export function focusFirstFault(sheet: Element | null, errors: readonly FieldError[]): void {
  if (sheet === null || errors.length === 0) return;
  const fields = errors.map(({ field }) => findFaultField(field, sheet));
  const first =
    fields.find((field) => field !== null) ?? sheet.querySelector<HTMLElement>('[data-fault-link]');
  first?.focus();
}
