import type { Quote } from '../../shared/contracts/api/shipping.ts'

type WeightClass = Omit<Quote, 'sku'>

/** Price in cents and days on the way. */
const letter: WeightClass = { price: 290, days: 3 }
const parcel: WeightClass = { price: 490, days: 2 }
const freight: WeightClass = { price: 1490, days: 5 }

/** By the first word of the SKU; all others are parcels. */
const weightClasses: ReadonlyMap<string, WeightClass> = new Map([
  ['MAP', letter],
  ['TEA', letter],
  ['BELL', freight],
  ['BOAT', freight],
])

/** What sending one piece costs: flat by weight class, the same for the same SKU. */
export function quote(sku: string): Quote {
  const [family = ''] = sku.split('-', 1)
  return { sku, ...(weightClasses.get(family) ?? parcel) }
}
