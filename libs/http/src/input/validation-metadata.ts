import { getMetadataStorage } from 'class-validator';

type Lookup = ReturnType<typeof getMetadataStorage>['getTargetValidationMetadatas'];

/**
 * class-validator compares the class with all classes at each validation. The rules of a class are complete once it is defined, so they
 * are looked up once.
 */
export function rememberValidationMetadata(): void {
  const storage = getMetadataStorage();
  const lookUp = storage.getTargetValidationMetadatas.bind(storage);
  const byClass = new Map<Parameters<Lookup>[0], ReturnType<Lookup>>();
  storage.getTargetValidationMetadatas = (...parameters: Parameters<Lookup>) => {
    const [type, ...options] = parameters;
    if (options.some(Boolean)) return lookUp(...parameters);
    const known = byClass.get(type) ?? lookUp(...parameters);
    byClass.set(type, known);
    return known;
  };
}
