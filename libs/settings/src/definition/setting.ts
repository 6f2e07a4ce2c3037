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

type SettingOptions = Omit<SettingDeclaration, 'name' | 'settableBy'> &
  Partial<Pick<SettingDeclaration, 'settableBy'>>;

/**
 * Declares a property of `TenantSettings` as a setting, which a tenant may set unless it is the platform's. The field decorator next to it
 * gives its type and bounds.
 */
export function Setting({ settableBy = 'tenant', ...options }: SettingOptions): PropertyDecorator {
  return ({ constructor }, property) => {
    const declaration = { ...options, settableBy, name: String(property) };
    declarationsByClass.set(constructor, [...declaredSettings(constructor), declaration]);
  };
}

/** Every setting that the class declares, in the order of declaration. */
export function declaredSettings(declaringClass: object): readonly SettingDeclaration[] {
  return declarationsByClass.get(declaringClass) ?? [];
}
