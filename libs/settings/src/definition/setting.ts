import type { FieldError } from '#kernel';

/** Who may set a setting. A platform admin may set every setting. */
type SettingAuthority = 'tenant' | 'platform';

/** A setting as its property in `TenantSettings` declares it. Type and bounds are in the field decorator next to it. */
export interface SettingDeclaration {
  readonly name: string;
  readonly group: 'model' | 'retrieval' | 'prompt' | 'branding' | 'limits' | 'privacy';
  readonly title: string;
  /** Its path in a tenant's YAML file (specification §5.3): `<group>.<key>`. */
  readonly yamlPath: `${string}.${string}`;
  readonly settableBy: SettingAuthority;
  /** The platform default of a fresh installation (specification §2). */
  readonly initial: unknown;
  /** Checks of one value that the field decorators cannot express. */
  readonly findErrors?: (value: never) => readonly FieldError[];
}

const declarationsByClass = new Map<object, SettingDeclaration[]>();

/** Declares a property of `TenantSettings` as a setting. The field decorator next to it gives its type and bounds. */
export function Setting(declaration: Omit<SettingDeclaration, 'name'>): PropertyDecorator {
  return ({ constructor }, name) => {
    const declarations = declarationsByClass.get(constructor) ?? [];
    declarationsByClass.set(constructor, [...declarations, { ...declaration, name: String(name) }]);
  };
}

/** Every setting that the class declares, in the order of declaration. */
export function declaredSettings(declaringClass: object): readonly SettingDeclaration[] {
  return declarationsByClass.get(declaringClass) ?? [];
}
