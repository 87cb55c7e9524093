import { extentExperiment } from '../core/ejection/extent-experiment.ts'
import { shopDestination, shopWorkload } from './destinations.ts'
import { productPages } from './product-pages.ts'
import type { ShopTarget } from './shop-target.ts'

const destination = shopDestination('catalog')

/** One replica fails and goes on failing, and another fails beside it. */
export const catalogEjections = extentExperiment<ShopTarget>({
  name: 'catalog-ejections',
  hypothesis:
    'Of two failing catalog replicas only as many are ejected as the percentage allows; one that fails again after its return is out for twice the time; customers notice nothing.',
  destination,
  caller: shopWorkload('gateway'),
  rule: { kind: 'DestinationRule', namespace: destination.namespace, name: 'catalog' },
  traffic: productPages,
})
