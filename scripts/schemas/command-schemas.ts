import type { TSchema } from 'typebox'
import { shop } from '../../services/shop.ts'

/** Every command of the shop: `<service>.<type>` → schema of its data. */
export const commandSchemas: Readonly<Record<string, TSchema>> = Object.fromEntries(
  Object.entries(shop()).flatMap(([service, { commandSchemas }]) =>
    Object.entries(commandSchemas).map(([type, schema]) => [`${service}.${type}`, schema]),
  ),
)
