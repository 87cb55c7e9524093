import { type TSchema, Type } from 'typebox'

/** An amount of money that says of what: the decimal places are those of the currency, so nobody has to know its smallest unit. */
export const Money = Type.Object({
  amount: Type.String({ pattern: '^-?\\d{1,12}\\.\\d{2}$', description: 'in units of the currency, e.g. `14.50`' }),
  currency: Type.String({ pattern: '^[A-Z]{3}$', description: 'ISO 4217' }),
})

/** Integer euro cents → money. */
export const euros = (cents: number) => ({ amount: (cents / 100).toFixed(2), currency: 'EUR' })

/** A page whose money is written out, and the way there. */
export interface InMoney {
  readonly schema: TSchema
  /** The page as it is → with its money written out. */
  of(page: unknown): unknown
}

/** @param names properties that are euro cents, wherever they stand in the page */
export function inMoney(schema: TSchema, names: readonly string[]): InMoney {
  const isMoney = new Set(names)
  const written = JSON.parse(JSON.stringify(schema), (name, value) => (isMoney.has(name) && value?.type === 'integer' ? Money : value))
  return {
    schema: Type.Unsafe<unknown>(written),
    of: (page) => changed(page, (name, value) => (isMoney.has(name) && typeof value === 'number' ? euros(value) : value)),
  }
}

function changed(value: unknown, change: (name: string, value: unknown) => unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => changed(item, change))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, change(name, changed(inner, change))]))
}
