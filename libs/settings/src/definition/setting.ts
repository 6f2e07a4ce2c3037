import type { FieldError } from '#kernel';

/** Who may set a setting, beside a platform admin, who may set all. */
type SettingAuthority = 'tenant' | 'platform';

export interface SettingDeclaration {
  readonly name: string;
  readonly group: 'model' | 'retrieval' | 'prompt' | 'branding' | 'limits';
  readonly title: string;
  /** Where a tenant's file names it (specification §5.3): `<group>.<key>`. */
  readonly yamlPath: `${string}.${string}`;
  readonly settableBy: SettingAuthority;
  /** The platform default of a fresh installation (specification §2). */
  readonly initial: unknown;
  /** What the field decorators cannot say about one value. */
  readonly findErrors?: (value: never) => readonly FieldError[];
}

const registeredDeclarations: SettingDeclaration[] = [];

/** Declares a property as a setting; the field decorators beside it give its type and bounds. */
export function Setting(declaration: Omit<SettingDeclaration, 'name'>): PropertyDecorator {
  return (_target, name) => {
    registeredDeclarations.push({ ...declaration, name: String(name) });
  };
}

/** Every declared setting, in the order of declaration. */
export function declaredSettings(): readonly SettingDeclaration[] {
  return registeredDeclarations;
}
