import type { TObject } from 'typebox'
import { type EventSourcedName, eventSourcedNames, shop } from '../../../services/shop.ts'

const services = shop()

/** What a service reads from its environment. */
const configOf = async (name: EventSourcedName): Promise<TObject> => (await import(`../../../services/${name}/config.ts`)).config

const configured = eventSourcedNames.map(async (name) => [name, { service: services[name], config: await configOf(name) }] as const)

/** All event-sourced services, as they are assembled, with what they read from their environment. */
export const writeSide = Object.fromEntries(await Promise.all(configured)) as {
  readonly [Name in EventSourcedName]: { readonly service: (typeof services)[Name]; readonly config: TObject }
}

export type WriteSideService = EventSourcedName
export const writeSideNames = eventSourcedNames
