import { catalogEvents } from '../shared/contracts/events/catalog.ts'
import { eventVersions } from '../shared/contracts/events/versions.ts'
import type { EventSourcedService } from '../shared/runtime/event-sourced-service.ts'
import { type CatalogCommand, catalogCommands } from './decider/commands.ts'
import { catalogDecider } from './decider/decider.ts'
import type { CatalogEvent, ProductState } from './decider/evolve.ts'
import { type CatalogErrorCode, catalogErrors } from './errors.ts'
import { createProducts } from './projections.ts'
import { seedCommands } from './reactions.ts'
import { serveProducts } from './routes.ts'

/** The catalog service, assembled. */
export function catalogService(): EventSourcedService<ProductState, CatalogCommand, CatalogEvent, CatalogErrorCode, never> {
  const products = createProducts()
  return {
    service: 'catalog',
    decider: catalogDecider,
    commandSchemas: catalogCommands,
    eventSchemas: catalogEvents,
    eventVersions,
    problems: catalogErrors,
    view: products.update,
    routes: (app, sendCommand) => serveProducts(app, products, sendCommand),
    seedCommands: () => seedCommands.filter(({ aggregateId }) => !products.get(aggregateId)),
  }
}
