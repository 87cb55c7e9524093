import type { OrderRequest } from '../../../services/shared/contracts/api/orders.ts'

/** Orders that somebody may want to see, each with another end. */
export const presets = {
  usual: {
    title: 'An order that goes through',
    what: 'Two blue mugs and a bag of tea: stock, payment, parcel, confirmation.',
    lines: [
      { sku: 'MUG-BLUE', quantity: 2 },
      { sku: 'TEA-BLACK', quantity: 1 },
    ],
  },
  'beyond-credit': {
    title: 'More than the credit allows',
    what: 'A model cutter and a mug: payment is declined, and what was set aside is given back.',
    lines: [
      { sku: 'BOAT-MODEL', quantity: 1 },
      { sku: 'MUG-WHITE', quantity: 1 },
    ],
  },
  'out-of-stock': {
    title: 'More than there is',
    what: 'A hundred ship’s bells and a rope: there are three bells, so the rope goes back.',
    lines: [
      { sku: 'ROPE-10M', quantity: 1 },
      { sku: 'BELL-SHIP', quantity: 100 },
    ],
  },
} as const satisfies Record<string, { title: string; what: string; lines: OrderRequest['lines'] }>

export type Preset = keyof typeof presets

/** What a customer would send. @param customerId another one each time: credit is finite */
export const requestOf = (preset: Preset, customerId: string): OrderRequest => ({
  customerId,
  lines: presets[preset].lines.map((line) => ({ ...line })),
  shipTo: { name: 'Ada at the console', street: '1 Quay', city: 'Hamburg', postalCode: '20457', country: 'DE' },
})
