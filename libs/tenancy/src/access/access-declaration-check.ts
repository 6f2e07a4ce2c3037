import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import { accessMetadataKey } from './access.decorators.js';

/** Where Nest keeps the HTTP method of a handler. */
const nestMethodMetadataKey = 'method';

/** Stops the start when a route does not say who may call it. The guard would keep it closed, but nobody would know why. */
@Injectable()
export class AccessDeclarationCheck implements OnModuleInit {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
  ) {}

  /** @throws Error that names every undeclared route. */
  onModuleInit(): void {
    const undeclared = this.discovery
      .getControllers()
      .flatMap(({ metatype }) => this.findUndeclaredRoutes(metatype));
    if (undeclared.length > 0) throw new Error(`Routes without @Access: ${undeclared.join(', ')}`);
  }

  private findUndeclaredRoutes(controller: unknown): string[] {
    if (typeof controller !== 'function') return [];
    const prototype = controller.prototype as Record<string, object>;
    return this.scanner
      .getAllMethodNames(prototype)
      .filter(
        (name) => isRoute(prototype[name]!) && !Reflect.hasMetadata(accessMetadataKey, prototype[name]!),
      )
      .map((name) => `${controller.name}.${name}`);
  }
}

function isRoute(handler: object): boolean {
  return Reflect.hasMetadata(nestMethodMetadataKey, handler);
}
