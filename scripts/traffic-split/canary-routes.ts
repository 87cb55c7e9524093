import { CommandError } from '../cli/command-error.ts'

/** One HTTP route of a VirtualService; fields that are not named here are kept as they are. */
export interface HttpRoute {
  readonly name?: string
  readonly route?: readonly { readonly destination: { readonly host: string; readonly subset?: string }; readonly weight?: number }[]
  readonly [field: string]: unknown
}

export interface Canary {
  /** Subset that the remaining traffic goes to. */
  readonly stable: string
  /** Subset that gets `percent` of the traffic, and all requests of the stage `x-stage: canary`. */
  readonly canary: string
  /** 0 to 100. */
  readonly percent: number
}

const stageRoute = 'stage-canary'

/**
 * The same routes (matches, timeouts, retries) with each destination split between two subsets, behind a route for the stage.
 * @returns without `split` the routes as they were before any split
 */
export function splitRoutes(routes: readonly HttpRoute[], split?: Canary): HttpRoute[] {
  const declared = routes.filter(({ name }) => name !== stageRoute).map((route) => ({ ...route, route: unsplit(route) }))
  const [first] = declared
  if (!split || !first) return declared
  const host = first.route[0]?.destination.host ?? ''
  const { stable, canary, percent } = split
  // Stated per route: the stage gets what a read gets, and a repeated write would be a second write.
  return [
    {
      ...first,
      retries: { attempts: 0 },
      name: stageRoute,
      match: [{ headers: { 'x-stage': { exact: 'canary' } } }],
      route: [{ destination: { host, subset: canary } }],
    },
    ...declared.map((route) => ({
      ...route,
      route: [
        { destination: { host, subset: stable }, weight: 100 - percent },
        { destination: { host, subset: canary }, weight: percent },
      ],
    })),
  ]
}

/** All to one subset by name, and no stage. */
export const stableRoutes = (routes: readonly HttpRoute[], subset: string): HttpRoute[] =>
  splitRoutes(routes).map((route) => ({
    ...route,
    route: (route.route ?? []).map(({ destination: { host } }) => ({ destination: { host, subset } })),
  }))

const unsplit = ({ route = [] }: HttpRoute) => route.slice(0, 1).map(({ destination: { host } }) => ({ destination: { host } }))

/** What is wanted of a split: a subset gets so much of the traffic. */
export interface Share {
  readonly subset: string
  readonly percent: number
}

/**
 * `v2=10` → subset and percent.
 * @throws CommandError when it is neither that nor `off`, which is undefined
 */
export function parseSplit(text: string): Share | undefined {
  if (text === 'off') return undefined
  const [, subset, digits] = /^([a-z0-9-]+)=(\d{1,3})$/.exec(text) ?? []
  const percent = Number(digits)
  if (subset && percent <= 100) return { subset, percent }
  throw new CommandError(`${text} is no weight: say <version>=<percent>, for example v2=10, or off.`)
}
