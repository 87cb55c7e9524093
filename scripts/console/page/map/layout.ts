import type { MapTopology } from '../../map/topology.ts'

/** Where a service stands; px. */
export interface MapNode {
  readonly name: string
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** A topic as a line along the services, with a stop at each that has to do with it. */
export interface MapTopic {
  readonly name: string
  readonly publisher: string
  /** Of the whole line. */
  readonly from: Point
  readonly to: Point
  readonly stops: readonly { readonly service: string; readonly isPublisher: boolean; readonly at: Point; readonly node: Point }[]
}

export interface MapCall {
  readonly from: string
  readonly to: string
  /** Of a cubic curve. */
  readonly points: readonly [Point, Point, Point, Point]
}

export interface Point {
  readonly x: number
  readonly y: number
}

export interface MapLayout {
  readonly width: number
  readonly height: number
  readonly isUpright: boolean
  readonly nodes: readonly MapNode[]
  readonly calls: readonly MapCall[]
  readonly topics: readonly MapTopic[]
}

/** Below this width callers stand on the left instead of on top. */
const uprightBelow = 760
const topicGap = { wide: 30, upright: 13 }
const margin = 10
/** px from one layer to the next in which a curve can be followed. */
const leastBetween = 24

/**
 * Services in layers, callers first; in the last layers each has a place of its own along which the topics run as lines. The same topology
 * gives the same picture: what is called from the same place stands side by side, in the order of the topology.
 */
export function mapLayout({ services, calls, topics }: MapTopology, width: number): MapLayout {
  const isUpright = width < uprightBelow
  const layerOf = layersOf(
    services.map(({ name }) => name),
    calls,
  )
  const depth = Math.max(0, ...layerOf.values())
  const layers = Array.from({ length: depth + 1 }, (_, layer) =>
    services.map(({ name }) => name).filter((name) => layerOf.get(name) === layer),
  )
  const step = isUpright ? 52 : (width - 2 * margin) / longestOf(layers)
  const forLayers = width - 2 * margin - (topics.length + 0.7) * topicGap.upright
  const node = isUpright
    ? { along: 34, across: Math.min(112, (forLayers - depth * leastBetween) / (depth + 1)) }
    : { along: Math.min(136, step - 14), across: 54 }
  const between = isUpright ? (forLayers - (depth + 1) * node.across) / Math.max(1, depth) : 92

  // The last layer is ordered by who calls it, the ones before stand over the middle of what they call.
  const positions = new Map<string, number>()
  const last = orderedLast(layers.at(-1) ?? [], layers.slice(0, -1).flat(), calls)
  for (const [index, name] of last.entries()) positions.set(name, index)
  for (const layer of layers.slice(0, -1).toReversed()) {
    const wanted = layer.map((name) => ({
      name,
      at: mean(calls.filter(({ from }) => from === name).map(({ to }) => positions.get(to) ?? 0)),
    }))
    let free = 0
    for (const { name, at } of wanted.sort((one, other) => one.at - other.at)) {
      const place = Math.max(free, Math.min(at, last.length - 1))
      positions.set(name, place)
      free = place + 1
    }
  }

  const spot = (name: string): { along: number; across: number } => ({
    along: margin + ((positions.get(name) ?? 0) + 0.5) * step,
    across: margin + (layerOf.get(name) ?? 0) * (node.across + between),
  })
  const point = (along: number, across: number): Point =>
    isUpright ? { x: across, y: along + topicNames(isUpright) } : { x: along, y: across }
  const nodesEnd = margin + depth * (node.across + between) + node.across
  const nodes = services.map(({ name }): MapNode => {
    const { along, across } = spot(name)
    const corner = point(along - node.along / 2, across)
    return { name, ...corner, width: isUpright ? node.across : node.along, height: isUpright ? node.along : node.across }
  })
  const gap = isUpright ? topicGap.upright : topicGap.wide
  const size = { along: 2 * margin + last.length * step, across: nodesEnd + (topics.length + 0.7) * gap + margin }
  return {
    width: isUpright ? size.across : width,
    height: isUpright ? size.along + topicNames(isUpright) : size.across,
    isUpright,
    nodes,
    calls: calls.map(({ from, to }) => {
      const [start, end] = [spot(from), spot(to)]
      const [a, b] = [start.across + node.across, end.across]
      const bend = (b - a) / 2
      // Where a service calls several, its curves leave side by side.
      const own = calls
        .filter((call) => call.from === from)
        .map((call) => spot(call.to).along)
        .sort((one, other) => one - other)
      const leave =
        start.along + (own.indexOf(end.along) - (own.length - 1) / 2) * Math.min(14, (node.along - 16) / Math.max(1, own.length))
      const callers = calls
        .filter((call) => call.to === to)
        .map((call) => spot(call.from).along)
        .sort((one, other) => one - other)
      const arrive = end.along + (callers.indexOf(start.along) - (callers.length - 1) / 2) * Math.min(26, node.along / 3)
      return { from, to, points: [point(leave, a), point(leave, a + bend), point(arrive, b - bend), point(arrive, b)] }
    }),
    topics: topics.map(({ name, publisher, subscribers }, index): MapTopic => {
      const across = nodesEnd + (index + 1) * gap
      const stops = [publisher, ...subscribers].map((service) => ({
        service,
        isPublisher: service === publisher,
        along: spot(service).along,
      }))
      // Several lines leave a service side by side, so that each can be followed.
      const shift = (index - (topics.length - 1) / 2) * Math.min(isUpright ? 4 : 12, (node.along - 12) / topics.length)
      const alongs = stops.map(({ along }) => along + shift)
      return {
        name,
        publisher,
        from: point(Math.min(...alongs), across),
        to: point(Math.max(...alongs), across),
        stops: stops.map(({ service, isPublisher, along }) => ({
          service,
          isPublisher,
          at: point(along + shift, across),
          node: point(along + shift, spot(service).across + node.across),
        })),
      }
    }),
  }
}

/** px above an upright map, for names that stand upright too. */
const topicNames = (isUpright: boolean): number => (isUpright ? 128 : 0)

const longestOf = (layers: readonly (readonly string[])[]): number => Math.max(1, ...layers.map(({ length }) => length))

const mean = (numbers: readonly number[]): number =>
  numbers.length === 0 ? 0 : numbers.reduce((sum, one) => sum + one, 0) / numbers.length

/** A caller stands before what it calls. Who neither calls nor is called stands in the last layer, with those that are called. */
function layersOf(names: readonly string[], calls: MapTopology['calls']): ReadonlyMap<string, number> {
  const layers = new Map(names.map((name) => [name, 0]))
  // As often as there are services: no chain is longer, and a circle ends.
  for (const _ of names)
    for (const { from, to } of calls) layers.set(to, Math.min(names.length - 1, Math.max(layers.get(to) ?? 0, (layers.get(from) ?? 0) + 1)))
  const last = Math.max(0, ...layers.values())
  for (const name of names) if (!calls.some(({ from, to }) => from === name || to === name)) layers.set(name, last)
  return layers
}

/** By the mean place of their callers; who has none comes first. */
function orderedLast(last: readonly string[], before: readonly string[], calls: MapTopology['calls']): string[] {
  const places = last.map((name) => {
    const callers = calls.filter(({ to }) => to === name).map(({ from }) => before.indexOf(from))
    return { name, at: callers.length === 0 ? -1 : mean(callers) }
  })
  return places.sort((one, other) => one.at - other.at).map(({ name }) => name)
}
