import { ejectionExperiment } from '../core/ejection/ejection-experiment.ts'
import { shopDestination, shopWorkload } from './destinations.ts'
import { productPages } from './product-pages.ts'
import type { ShopTarget } from './shop-target.ts'

const destination = shopDestination('catalog')

/** One of several replicas fails; the proxy of each caller leaves it out and lets it back in. */
export const catalogEjection = ejectionExperiment<ShopTarget>({
  name: 'catalog-ejection',
  hypothesis:
    'A catalog replica that answers errors is ejected after exactly the configured count, gets no request for the configured time, and customers notice nothing.',
  destination,
  caller: shopWorkload('gateway'),
  rule: { kind: 'DestinationRule', namespace: destination.namespace, name: 'catalog' },
  traffic: productPages,
  retried: true,
})
